"""One person on two platforms: codes, links, undoing them."""

from collections.abc import Mapping

from prompts.catalog import message

PLATFORMS: Mapping[str, str] = {"slack": "Slack", "teams": "Teams", "web": "web"}


@message
def link_summary() -> str:
    """Use your accounts on Slack and Teams as one person"""


@message
def unlink_summary() -> str:
    """Undo the last link of two accounts"""


@message
def prefer_summary() -> str:
    """Choose where you get your messages: Slack or Teams"""


@message
def code_title() -> str:
    """Link your other account"""


@message
def code_text(code: str, minutes: int) -> str:
    """Your code is **{code}**. Go to your other account, on Slack or Teams, and type there: `link {code}`

    It works once, for {minutes} minutes. Give it to nobody: whoever uses it sees what you see."""


@message
def accounts_now(accounts: str) -> str:
    """Your accounts now: {accounts}"""


@message
def confirm_title() -> str:
    """Is this you?"""


@message
def confirm_text(name: str, platform: str) -> str:
    """This code belongs to **{name}** on {platform}. If you go on, that account and this one become one person. Both then show the same reflections, commitments and answers. Go on only if both accounts are yours. If somebody sent you this code, do not."""


@message
def confirm_button() -> str:
    """Both are mine: link them"""


@message
def not_me() -> str:
    """This is not me"""


@message
def nothing_linked() -> str:
    """Nothing was linked."""


@message
def linked(name: str) -> str:
    """Done. Both accounts are **{name}** now, and each message comes once. `write me on` chooses where. `unlink` undoes this within 30 days."""


@message
def linked_elsewhere(platform: str) -> str:
    """Your code was used: this account and one on {platform} are one person now. Was that not you? Type `unlink`, and tell a facilitator."""


@message
def wrong_code() -> str:
    """This code does not work. It may be older than ten minutes, used before, or mistyped. Type `link` in your other account for a new one."""


@message
def too_many() -> str:
    """Too many codes that did not work. Wait an hour, then type `link` in your other account for a new one."""


@message
def own_code() -> str:
    """This is already one person: the code is your own. There is nothing to link."""


@message
def same_workspace() -> str:
    """This code was given here. Type it in your account on the other platform."""


@message
def undo() -> str:
    """Undo"""


@message
def undo_title() -> str:
    """Two people again?"""


@message
def undo_text() -> str:
    """Each account gets back what it had. What you have done since the link stays with the account that was there first."""


@message
def unlinked() -> str:
    """Done. The two accounts are two people again."""


@message
def nothing_to_undo(days: int) -> str:
    """There is no link of yours from the last {days} days to undo. Type `link` to see your accounts."""


@message
def not_there(platform: str) -> str:
    """I do not know you on {platform} yet. Type `link` here, then type the code there."""


@message
def written_to_on(platform: str) -> str:
    """Your messages come on {platform}."""


@message
def written_to_anywhere() -> str:
    """Your messages come where we spoke last."""


@message
def rather_on(platform: str) -> str:
    """Rather on {platform}"""


@message
def my_page_summary() -> str:
    """Open your own page in the browser"""


@message
def my_page_text() -> str:
    """Your page shows what is next, forms to fill in, and links. This link is yours alone, for one day."""


@message
def open_page() -> str:
    """Open my page"""


@message
def personal_summary() -> str:
    """Get the personal link of somebody on neither Slack nor Teams"""


@message
def personal_title(name: str) -> str:
    """A personal page for {name}"""


@message
def personal_text(name: str, url: str) -> str:
    """Give this link to {name}, and to nobody else:

    {url}

    Their page shows what is next, forms to fill in, and links. They need no account."""


@message
def personal_context(days: int) -> str:
    """It works for {days} days. Links made before for this person do not work any more. Who opens it acts as this person, so do not open it yourself."""


@message
def has_account(name: str) -> str:
    """{name} has an account that I can write to. Ask them to type `my page` there."""


@message
def not_in_your_cohort(name: str) -> str:
    """{name} is in no cohort that you run. Put them on the roster first: `import`."""


@message
def page_title() -> str:
    """Your page"""


@message
def page_done() -> str:
    """Done."""


@message
def back_to_page() -> str:
    """Back to your page"""
