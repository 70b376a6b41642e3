"""Fitting an evaluation form to a series."""

from prompts.catalog import message
from prompts.text import Marked


@message
def tailor_summary() -> str:
    """Fit a form to your series: its words, order and questions"""


@message
def file_summary() -> str:
    """Fit a form to your series, as a file"""


@message
def not_found() -> str:
    """This form is not there any more. Type `evaluation tailor` to start over."""


@message
def tailor_title() -> str:
    """Fit the form"""


@message
def tailor_intro(series: str) -> str:
    """For **{series}**. Change the words. Clear a question to drop it. You see the result before it is used."""


@message
def preview() -> str:
    """Preview"""


@message
def question_label(number: int, name: str, language: str) -> str:
    """{number}. {name} ({language})"""


@message
def order_label() -> str:
    """Order"""


@message
def order_hint() -> str:
    """The names above, in the order to ask. Leave one out to drop it."""


@message
def new_label() -> str:
    """A new question: how is it answered?"""


@message
def new_text_label(language: str) -> str:
    """New question ({language})"""


@message
def options_label(language: str) -> str:
    """Answers to choose from ({language})"""


@message
def options_hint() -> str:
    """One a line; only for questions with answers to choose from."""


@message
def kind_scale5() -> str:
    """Choose 1 to 5"""


@message
def kind_scale10() -> str:
    """0 to 10"""


@message
def kind_intent() -> str:
    """Yes, maybe or no"""


@message
def kind_choice() -> str:
    """One answer"""


@message
def kind_choices() -> str:
    """Several answers"""


@message
def kind_text() -> str:
    """In their own words"""


@message
def kind_retrospective() -> str:
    """Before and now, 1 to 5"""


@message
def kind_link() -> str:
    """A link"""


@message
def keep_objective() -> str:
    """Keep {{objective}} in it: the goal goes there."""


@message
def no_such_question(name: str) -> str:
    """There is no question called {name}. Use the names above."""


@message
def named_twice() -> str:
    """A question is named twice. Name each once."""


@message
def every_language() -> str:
    """Write it in each language, or clear it in all."""


@message
def pick_kind() -> str:
    """Choose how it is answered."""


@message
def options_unfit(most: int) -> str:
    """Give 2 to {most} answers, one a line, as many in each language."""


@message
def open_file() -> str:
    """Open the file"""


@message
def file_text() -> str:
    """The form as a file to edit. You see the result before it is used."""


@message
def file_label() -> str:
    """The form (YAML)"""


@message
def file_intro() -> str:
    """Edit it here, or choose a file. Problems are shown with their line."""


@message
def other_form(name: str, kind: str) -> str:
    """This must stay the form {name} of the kind {kind}. Change its questions only."""


@message
def preview_title(version: int) -> str:
    """Version {version} of the form"""


@message
def nothing_yet() -> str:
    """It is not used yet. Look at it, then use it."""


@message
def cannot_use(languages: str) -> str:
    """It cannot be used yet: a text is missing in {languages}."""


@message
def mode_label() -> str:
    """Answers"""


@message
def mode_anonymous() -> str:
    """Anonymous"""


@message
def mode_confidential() -> str:
    """Confidential"""


@message
def questions() -> str:
    """Questions"""


@message
def question_line(number: int, text: str, kind: str) -> str:
    """{number}. {text} ({kind})"""


@message
def look() -> str:
    """See it as they will"""


@message
def change_more() -> str:
    """Change more"""


@message
def use_it() -> str:
    """Use it"""


@message
def use_everywhere(n: int) -> str:
    """Use it in all {n} series of the project
    ---
    Use it in all {n} series of the project"""


@message
def open_ones_stay() -> str:
    """Forms that are open stay as they are."""


@message
def example() -> str:
    """Name one way to pause"""


@message
def only_a_preview() -> str:
    """That was a preview, so nothing was kept."""


@message
def used(version: int, series: str) -> str:
    """Version {version} is used from now on in {series}."""


@message
def undo() -> str:
    """Undo"""


@message
def nothing_to_undo() -> str:
    """The form is as it came, so there is nothing to undo."""


@message
def undone() -> str:
    """The version before is used again."""


@message
def changed_since() -> str:
    """Somebody changed the form since. Type `evaluation tailor` to see it as it is now."""


@message
def kind_promoter() -> str:
    """Would you recommend it, 0 to 10 (NPS)"""


_KINDS = {
    "scale5": kind_scale5,
    "scale10": kind_scale10,
    "promoter": kind_promoter,
    "intent": kind_intent,
    "choice": kind_choice,
    "choices": kind_choices,
    "text": kind_text,
    "retrospective": kind_retrospective,
    "link": kind_link,
}


def kind(language: str, name: str) -> Marked:
    """How a kind of question is answered, in words."""
    return _KINDS[name](language)
