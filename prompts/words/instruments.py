"""What every evaluation form says around its questions."""

from prompts.catalog import message


@message
def anonymous_mode() -> str:
    """**This form is anonymous.** We keep your answers without your name, the hour or the order. A list kept apart says only who has answered, so we do not remind you twice. Once sent, nobody can find your answers, not even you."""


@message
def confidential_mode() -> str:
    """**This form is confidential.** We keep your answers with your name. Only the evaluators of this program see them."""


@message
def funder_form() -> str:
    """**This form belongs to the funder.** It opens on another site. We count who was invited. We never see your answers."""


@message
def send() -> str:
    """Send"""


@message
def prefer_not() -> str:
    """Prefer not to answer"""


@message
def yes() -> str:
    """Yes"""


@message
def maybe() -> str:
    """Maybe"""


@message
def no() -> str:
    """No"""


@message
def not_applicable() -> str:
    """Does not apply to my work"""


@message
def before(question: str) -> str:
    """Before the program: {question}"""


@message
def now(question: str) -> str:
    """Now: {question}"""


@message
def only_if(answers: str, question: str) -> str:
    """Only if you answered "{answers}" to: {question}"""


@message
def nothing_answered() -> str:
    """Please answer at least one question, or close the form."""


@message
def too_small_group(people: int, k: int) -> str:
    """Only {people} people can answer. We show results from {k} answers up, so these may stay hidden."""
