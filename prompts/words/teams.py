"""The few words that only Teams needs: its dialogs and cards work a little differently."""

from prompts.catalog import message


@message
def open_form() -> str:
    """Open the form"""


@message
def look_again() -> str:
    """Please look again at what is marked below. Nothing you typed was lost."""


@message
def yes(label: str) -> str:
    """Yes: {label}"""


@message
def more() -> str:
    """See more"""


@message
def rest_is_here() -> str:
    """The rest does not fit here: read it on the page"""


@message
def rest_left_out() -> str:
    """The rest does not fit here."""


@message
def answered_below() -> str:
    """Done. See the newest message here."""


@message
def answered_in_private() -> str:
    """Done. I answered you in our private chat."""


@message
def no_private_chat() -> str:
    """I have an answer only for you, but I cannot write to you yet. Add me as a personal app, then ask again."""


@message
def nothing_to_show() -> str:
    """Done."""


@message
def group_thread(group: str) -> str:
    """**{group}**: this thread is yours. Reply here."""
