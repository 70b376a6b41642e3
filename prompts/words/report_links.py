"""Links to reports: sharing, listing, taking back, and who saw what."""

from prompts.catalog import message


@message
def share_summary() -> str:
    """Make a link to a report for somebody outside"""


@message
def links_summary() -> str:
    """List the links to reports that still open"""


@message
def revoke_summary() -> str:
    """Take a link to a report back"""


@message
def audit_summary() -> str:
    """See who opened reports and who took files"""


@message
def share_title() -> str:
    """Share a report"""


@message
def share_intro(k: int) -> str:
    """The link shows the page to whoever holds it, with numbers of fewer than {k} people hidden. You can take it back at any time."""


@message
def share_reader() -> str:
    """Who is it for?"""


@message
def share_reader_hint() -> str:
    """A name or an office. It stands in the list of links and in the record of who saw what."""


@message
def share_scope() -> str:
    """Which report?"""


@message
def share_days() -> str:
    """Days it opens"""


@message
def share_language() -> str:
    """Language"""


@message
def share_submit() -> str:
    """Make the link"""


@message
def everything() -> str:
    """Everything to date"""


@message
def reader_needed() -> str:
    """Say who the link is for, in 80 letters at most: a name, or an office."""


@message
def days_wrong(most: int) -> str:
    """Give a number of days from 1 to {most}."""


@message
def may_not_see() -> str:
    """Your role does not cover this report. An administrator can give you one: `role give`."""


@message
def no_such_language(given: str) -> str:
    """I do not write in {given}. Use `en` or `es`."""


@message
def shared_title(reader: str) -> str:
    """A link for {reader}"""


@message
def shared_text(report: str, day: str, k: int, address: str) -> str:
    """Copy the address below and send it yourself. It opens **{report}** until {day}, with numbers of fewer than {k} people hidden. Whoever holds it can read it, so send it to this reader only.

    `{address}`"""


@message
def shared_context(number: int) -> str:
    """Link {number}. Take it back with `report revoke {number}`. See who opened it with `report audit`."""


@message
def take_back() -> str:
    """Take it back"""


@message
def take_back_sure() -> str:
    """The link stops working at once, for whoever holds it."""


@message
def links_title() -> str:
    """Links that still open"""


@message
def no_links() -> str:
    """No link to a report is open. Make one with `report share`."""


@message
def link_line_outside(number: int, reader: str) -> str:
    """{number}: for {reader}, outside"""


@message
def link_line_inside(number: int, reader: str) -> str:
    """{number}: {reader}'s own"""


@message
def link_until(report: str, maker: str, day: str) -> str:
    """{report}. Made by {maker}, opens until {day}."""


@message
def seen_times(n: int) -> str:
    """Opened once.
    ---
    Opened {n} times.
    """


@message
def not_seen() -> str:
    """Not opened yet."""


@message
def more_links(n: int) -> str:
    """One more is not shown.
    ---
    {n} more are not shown.
    """


@message
def no_such_link(number: int) -> str:
    """There is no open link {number} that you may take back. Type `report links` to see yours."""


@message
def revoked(number: int) -> str:
    """Link {number} is taken back. Whoever opens it now reads that it does not work any more."""


@message
def audit_title() -> str:
    """Who saw and took reports"""


@message
def audit_empty() -> str:
    """Nobody has opened a report yet."""


@message
def audit_when(when: str, who: str) -> str:
    """{when}: {who}"""


@message
def audit_outside(reader: str) -> str:
    """{reader} (outside)"""


@message
def audit_saw_card(report: str) -> str:
    """saw {report} in the chat"""


@message
def audit_saw_page(report: str) -> str:
    """opened the page of {report}"""


@message
def audit_took(report: str, form: str) -> str:
    """took {report} as {form}"""


@message
def audit_older() -> str:
    """Older"""


@message
def audit_file() -> str:
    """All of it as CSV"""
