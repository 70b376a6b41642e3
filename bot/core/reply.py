"""What a handler returns: an answer, a refusal, or a composer's word that nothing goes."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from bot.core.cards import Button, Card, Part
from bot.core.forms import Form
from prompts.text import Marked


class Reply(Part):
    """The answer to one event. At most one of `card` and `form` is set; `errors` are a form's, by field."""

    card: Card | None = None
    form: Form | None = None
    errors: dict[str, str] = Field(default_factory=dict)
    public: bool = False
    """Shown to everybody in the conversation; by default only to who asked."""
    replace: bool = False
    """For a press: the card takes the place of the one the button stood on."""
    language: str = "en"
    """The reader's, filled in by the router (an adapter has a few words of its own to add)."""
    users: dict[int, str] = Field(default_factory=dict)
    """The platform user of each person the card mentions, filled in by the router."""

    @property
    def is_empty(self) -> bool:
        """Whether nobody is to be told anything."""
        return self.card is None and self.form is None and not self.errors


NOTHING = Reply()


class Refusal(Exception):
    """Stop: the transaction is rolled back and `text` (which says what to do next) is the private answer."""

    def __init__(self, text: Marked, *buttons: Button) -> None:
        super().__init__(text)
        self.text = text
        self.buttons = buttons


class WhichCohort(Refusal):
    """Several cohorts fit: `choices` are (row id, name). The router offers each as a button that goes on."""

    def __init__(self, text: Marked, choices: tuple[tuple[int, str], ...]) -> None:
        super().__init__(text)
        self.choices = choices


class WhichPerson(Refusal):
    """Several people fit what was `given`: `choices` are (row id, what tells them apart). The router offers
    each as a button that goes on."""

    def __init__(self, text: Marked, given: str, choices: tuple[tuple[int, str], ...]) -> None:
        super().__init__(text)
        self.given = given
        self.choices = choices


@dataclass(frozen=True, slots=True)
class Skip:
    """A composer's word that the message should not go: `reason` is a short slug (``already_answered``)."""

    reason: str
