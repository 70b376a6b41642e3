"""Privacy: the notices' small print, one's own data, deleting it."""

from prompts.catalog import message


@message
def no_compliance() -> str:
    """A simple check on your words, made here. It promises no compliance with any law."""


@message
def withheld_from_field() -> str:
    """This may hold details about a client: a phone or record number, a birth date or a name. Please take them out. I can be wrong: then say it in another way. Nothing was saved."""


@message
def export_summary() -> str:
    """Get a copy of everything kept about you"""


@message
def export_title() -> str:
    """A copy of your data"""


@message
def export_text(n: int) -> str:
    """Everything kept about you, as one file: {n} entry. The link is yours alone and works for one day.
    ---
    Everything kept about you, as one file: {n} entries. The link is yours alone and works for one day.
    """


@message
def export_button() -> str:
    """Open my data"""


@message
def export_context() -> str:
    """Anonymous answers are not in it: nobody can find them, not even you."""


@message
def delete_summary() -> str:
    """Delete what is kept about you"""


@message
def delete_title() -> str:
    """Delete everything kept about you?"""


@message
def delete_preview() -> str:
    """This goes for good, at once:"""


@message
def delete_stays() -> str:
    """What stays holds nothing that names you: counts of who attended, and anonymous answers. What you posted in the chat stays there; delete it there."""


@message
def delete_confirm() -> str:
    """Delete everything"""


@message
def delete_sure() -> str:
    """This cannot be undone. Delete everything?"""


@message
def delete_not() -> str:
    """Keep it"""


@message
def delete_copy() -> str:
    """Get a copy first"""


@message
def kept() -> str:
    """Nothing was deleted."""


@message
def deleted() -> str:
    """Everything kept about you was deleted. Thank you for having taken part."""


@message
def deleted_already() -> str:
    """Nothing about you is kept here any more."""


@message
def last_administrator() -> str:
    """You are the only administrator. Give that role to somebody else first: `role give`, a name, `administrator`."""


@message
def reflections() -> str:
    """Reflections"""


@message
def commitments() -> str:
    """Commitments"""


@message
def confidential_answers() -> str:
    """Confidential answers"""


@message
def identities() -> str:
    """Chat accounts"""


@message
def enrollments() -> str:
    """Introductions and choices"""


@message
def messages() -> str:
    """Messages kept for you"""


@message
def duties() -> str:
    """Roles"""


@message
def notes() -> str:
    """Notes from your groups"""


@message
def profile() -> str:
    """Your name, email, state, role and settings"""
