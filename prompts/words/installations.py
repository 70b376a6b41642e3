"""Where the bot is installed: what who added it reads, on a page and in the chat."""

from prompts.catalog import message


@message
def connect_summary() -> str:
    """Add one more Slack workspace to this community"""


@message
def connect_title() -> str:
    """One more Slack workspace"""


@message
def connect_text(community: str) -> str:
    """Open this link in the browser where you are signed in to the other workspace, and allow the app there. People of that workspace then take part in {community}, with the same cohorts and messages."""


@message
def connect_button() -> str:
    """Connect a workspace"""


@message
def connect_context() -> str:
    """The link works for two days, and only while you are an administrator here. Give it to nobody you do not trust with this community."""


@message
def installed_title() -> str:
    """Throughline is installed"""


@message
def installed(workspace: str) -> str:
    """The app is now in {workspace}, and you are its administrator. Next:

    1. Name your community, its states and languages.
    2. Start a project, then a series and a cohort: `help series new` shows how.
    3. Bring in your people: `import` takes a list, `invite` writes to them.

    You can hand over your role at any time."""


@message
def installed_again(workspace: str) -> str:
    """The app is in {workspace}. Say `me` to see what is next for you, and `help` for all you can do."""


@message
def data_when_removed(days: int) -> str:
    """If the app is removed from all of its workspaces, what is kept about people goes {days} days later. Adding it again before then stops that."""


@message
def name_community() -> str:
    """Name the community"""


@message
def start_project() -> str:
    """Start a project"""


@message
def give_roles() -> str:
    """Give a role"""


@message
def all_commands() -> str:
    """All commands"""


@message
def connect_page(community: str) -> str:
    """You are about to add Throughline to a Slack workspace that takes part in **{community}**. Slack asks you next which workspace, and whether you allow it."""


@message
def go_to_slack() -> str:
    """Go on to Slack"""


@message
def page_done_title() -> str:
    """Throughline is in your workspace"""


@message
def page_done(workspace: str) -> str:
    """The app is installed in {workspace}. Go back to Slack: there is a message for you that says what to do next. You can close this page."""


@message
def page_failed_title() -> str:
    """Throughline was not installed"""


@message
def failed_denied() -> str:
    """The app was not allowed, so nothing was changed. Start again when you are ready."""


@message
def failed_browser() -> str:
    """This page was opened in another browser than the one in which you began, or cookies are off. Begin and end in one browser, with cookies on."""


@message
def failed_state() -> str:
    """This step was done before, or it took more than ten minutes. If the app is in your workspace, all is well. If not, start again."""


@message
def failed_slack() -> str:
    """Slack did not confirm this. Nothing was changed. Start again; if it fails once more, ask whoever runs this bot to check its client id and secret."""


@message
def failed_organisation() -> str:
    """This was a whole organisation. Install the app in one workspace at a time."""


@message
def failed_rotation() -> str:
    """Token rotation is on for this app. Ask whoever runs this bot to turn it off under OAuth & Permissions, then start again."""


@message
def failed_taken(workspace: str) -> str:
    """{workspace} already takes part in another community, so it was not moved. Remove the app from that workspace first, or ask that community's administrator."""


@message
def failed_link() -> str:
    """This link to connect a workspace does not work any more. Ask the administrator who gave it to you for a new one."""


@message
def failed_other() -> str:
    """Something went wrong on our side. Nothing was changed. Start again in a minute."""


@message
def start_again() -> str:
    """Start again"""
