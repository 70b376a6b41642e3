"""Evaluations: asking, answering, how a form stands."""

from collections.abc import Callable

from prompts.catalog import message
from prompts.text import Marked


@message
def evaluate_summary() -> str:
    """Answer the forms that wait for you"""


@message
def evaluation_summary() -> str:
    """See how many answered a session's form, or open it live"""


@message
def answer() -> str:
    """Answer"""


@message
def open_until(when: str) -> str:
    """Open until {when}."""


@message
def nothing_waits() -> str:
    """No form waits for you. Thank you."""


@message
def forms_title() -> str:
    """Forms that wait for you"""


@message
def session_form(title: str) -> str:
    """How was “{title}”?"""


@message
def series_form() -> str:
    """How was the whole series?"""


@message
def follow_up_form() -> str:
    """What stayed with you?"""


@message
def small_group(k: int) -> str:
    """**Please note:** fewer than {k} people are asked. Your answers are shown only when at least {k} people have answered."""


@message
def answered_already() -> str:
    """You have answered this form already. Thank you. Answers cannot be changed or found again."""


@message
def thank_you() -> str:
    """Thank you. Your answers are in."""


@message
def no_such_form() -> str:
    """I cannot find that form here. Type `evaluate` to see which wait for you."""


@message
def not_open_yet(when: str) -> str:
    """This form opens {when}."""


@message
def closed() -> str:
    """This form is closed. Nothing was saved. Thank you all the same."""


@message
def not_for_you() -> str:
    """This form is for those who attended. If you were there, type `here` or ask your facilitator to mark you."""


@message
def live_text() -> str:
    """Before you go: two minutes, a few taps. Your answers shape the next session."""


@message
def after_text() -> str:
    """Thank you for being there. Two minutes, a few taps: what worked, and what would you change?"""


@message
def series_text() -> str:
    """The series is over. Five minutes now help the next group of people learn better."""


@message
def follow_up_text() -> str:
    """Some weeks have passed. What did you use, and what got in the way? Three minutes."""


@message
def reminder_text() -> str:
    """A gentle reminder, the only one: your view counts, and the form closes soon."""


@message
def opens_label() -> str:
    """Opens"""


@message
def closes_label() -> str:
    """Closes"""


@message
def answered_label() -> str:
    """Answered"""


@message
def answered_of(n: int, of: int) -> str:
    """{n} of {of} asked"""


@message
def rate_label() -> str:
    """Response rate"""


@message
def mode_anonymous() -> str:
    """Nobody sees who answered what. Results are shown once the form is closed."""


@message
def post_live() -> str:
    """Post it now"""


@message
def posted_live() -> str:
    """The form is in the cohort's channel."""


TEXTS: dict[str, Callable[[str], Marked]] = {
    "post_session": after_text,
    "series": series_text,
    "follow_up": follow_up_text,
}
"""What the message says, by the purpose of the form."""
