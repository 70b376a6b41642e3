"""Who lives in the playground: the sample community is passed in, never invented here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SamplePerson:
    """One member of a sample community, before a platform gives the person an account.

    `tz` is an IANA zone or None (real directories have people without one); `locale` is a BCP 47 tag such as
    "en-US" or None; `role` is the community's word (administrator, facilitator, presenter, evaluator,
    participant); `job_role` is what they do at work, as in the roster, or empty.
    """

    id: str
    name: str
    email: str
    tz: str | None
    locale: str | None
    role: str
    is_guest: bool = False
    job_role: str = ""
