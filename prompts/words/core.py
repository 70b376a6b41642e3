"""What the bot answers whatever the feature: rights, unknown commands, mistakes."""

from prompts.catalog import message
from prompts.text import Marked


@message
def not_allowed(who: str) -> str:
    """Sorry, I cannot do this for you, and nothing was changed. {who} Please ask one of them. `help` shows what you can do yourself."""


@message
def not_allowed_ask(who: str, names: str) -> str:
    """Sorry, I cannot do this for you, and nothing was changed. {who} Here you can turn to {names}. `help` shows what you can do yourself."""


@message
def can_prepare_session() -> str:
    """A presenter, facilitator or administrator can do it."""


@message
def can_run_cohort() -> str:
    """A facilitator or administrator can do it."""


@message
def can_read_reports() -> str:
    """A facilitator, evaluator or administrator can do it."""


@message
def can_read_responses() -> str:
    """An evaluator can do it."""


@message
def can_manage_community() -> str:
    """An administrator can do it."""


WHO_CAN = {
    "prepare_session": can_prepare_session,
    "run_cohort": can_run_cohort,
    "read_reports": can_read_reports,
    "read_responses": can_read_responses,
    "manage_community": can_manage_community,
}


def who_can(language: str, action: str) -> Marked:
    """Who may do an action (the value of `bot.permissions.Action`)."""
    return WHO_CAN[action](language)


@message
def no_cohort() -> str:
    """You are not in a cohort yet. If you were given a code, type `join` and the code. If not, ask your facilitator to add you."""


@message
def which_cohort(names: str) -> str:
    """Which cohort do you mean? Add its name, for example `cohort=name`. You can choose from: {names}."""


@message
def unknown_command(text: str, nearest: str) -> str:
    """I do not know `{text}`. Did you mean {nearest}? Type `help` to see what you can do."""


@message
def unknown_command_at_all(text: str) -> str:
    """I do not know `{text}`. Type `help` to see what I can do."""


@message
def nobody_reads_this() -> str:
    """I know commands only, and nobody reads this chat. Type `help` to see what I can do, or `reflect` to write something down for yourself."""


@message
def stale_button() -> str:
    """This button does not work any more. Nothing was changed. Type `help` to see what you can do now."""


@message
def stale_form() -> str:
    """This form has been open too long, or what it was about has changed. Nothing was changed. Please open it again."""


@message
def went_wrong(code: str) -> str:
    """Something went wrong on our side, and nothing was changed. Please try again in a minute. If it happens again, tell your administrator this code: `{code}`."""


@message
def missing_argument(name: str, usage: str) -> str:
    """Please add **{name}**. Like this: `{usage}`."""


@message
def bad_argument(name: str, given: str, usage: str) -> str:
    """I could not read “{given}” as **{name}**. Like this: `{usage}`."""


@message
def unknown_someone(given: str) -> str:
    """I do not know “{given}” here. Mention the person with @, or give the email address from the roster."""


@message
def several_people(given: str) -> str:
    """More than one person is called “{given}”. Mention the one you mean with @, or give their email address."""


@message
def extra_words(given: str, usage: str) -> str:
    """I do not know what to do with “{given}”. Like this: `{usage}`."""


@message
def fill_in(title: str) -> str:
    """This needs a few more details. Open **{title}** to fill them in."""


@message
def open_form() -> str:
    """Open the form"""


@message
def deleted_person() -> str:
    """Your data was deleted at your wish. To take part again, ask your facilitator for a new invitation."""
