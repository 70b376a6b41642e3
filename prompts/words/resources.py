"""Resource pages: writing, pictures, publishing, reading."""

from prompts.catalog import message


@message
def page_summary() -> str:
    """Write the page of a session, or of the series, and publish it"""


@message
def find_summary() -> str:
    """Find pages to read"""


@message
def page_title(title: str) -> str:
    """Page: {title}"""


@message
def ready() -> str:
    """Ready to publish."""


@message
def version_out(number: int) -> str:
    """Version {number} is out."""


@message
def title_missing() -> str:
    """The title is missing."""


@message
def text_missing() -> str:
    """The text is missing."""


@message
def alt_missing(missing: int, of: int) -> str:
    """{missing} of {of} pictures have no words yet."""


@message
def publish_in(language: str) -> str:
    """Publish: {language}"""


@message
def edit_text() -> str:
    """Edit the text"""


@message
def add_pictures() -> str:
    """Add pictures or files"""


@message
def see_page() -> str:
    """See the page"""


@message
def open_page() -> str:
    """Open it to all"""


@message
def close_page() -> str:
    """Members only"""


@message
def open_link() -> str:
    """Link for all"""


@message
def members_only() -> str:
    """Only members can read it."""


@message
def open_to_all() -> str:
    """Whoever has the link can read it."""


@message
def alt_lacks(languages: str) -> str:
    """Says nothing yet in: {languages}"""


@message
def alt_whole() -> str:
    """Its words are there."""


@message
def say_what() -> str:
    """Say what it shows"""


@message
def remove_picture() -> str:
    """Remove"""


@message
def title_label(language: str) -> str:
    """Title ({language})"""


@message
def text_label(language: str) -> str:
    """Text ({language})"""


@message
def text_hint() -> str:
    """An empty line starts a new paragraph. A line that starts with "- " is a list."""


@message
def save() -> str:
    """Save"""


@message
def changed_meanwhile() -> str:
    """Somebody changed this page while you wrote. Nothing was lost: below is your text. Open it again and put in what still fits."""


@message
def draft_saved() -> str:
    """Saved. Readers see it once it is published."""


@message
def alt_intro(name: str) -> str:
    """What does **{name}** show? Some people hear this instead of seeing it. One sentence is enough."""


@message
def alt_label(language: str) -> str:
    """What it shows ({language})"""


@message
def alt_is_name() -> str:
    """The name of the file does not say what it shows. Use a few words."""


@message
def picture_removed() -> str:
    """The picture is gone."""


@message
def cannot_publish(language: str, why: str) -> str:
    """This cannot go out in **{language}** yet. {why}"""


@message
def published(language: str) -> str:
    """Published in **{language}**."""


@message
def changed_since() -> str:
    """The page was changed since. Here is how it stands now: publish it if it is right."""


@message
def not_your_page() -> str:
    """Only a facilitator, or a presenter of the session, can do that. Ask one of them."""


@message
def no_such_page() -> str:
    """I cannot find that page. Type `page` to start again."""


@message
def none_yet() -> str:
    """No page is out yet. Your facilitator will tell you when there is one."""


@message
def none_found() -> str:
    """No page has these words. Type `resources` to see all of them."""


@message
def found_title() -> str:
    """To read"""


@message
def found_text() -> str:
    """These links are yours alone."""


@message
def links_title() -> str:
    """Links"""


@message
def other_language(language: str) -> str:
    """Read it in {language}"""


@message
def version_line(number: int, day: str) -> str:
    """Version {number}, {day}"""


@message
def pictures_title(title: str) -> str:
    """Pictures and files: {title}"""


@message
def pictures_text() -> str:
    """Pictures up to 1 MB: PNG, JPEG, GIF, WebP. Files up to 3 MB: PDF, Word, PowerPoint, Excel, CSV, text, sound, video. Then say in your chat what each one is."""


@message
def choose_pictures() -> str:
    """Pictures and files"""


@message
def upload() -> str:
    """Add"""


@message
def pictures_added(n: int) -> str:
    """{n} is added.
    ---
    {n} are added."""


@message
def picture_refused(name: str) -> str:
    """{name} was not added. It is empty, has macros, or is of no kind that we can take."""


@message
def too_many_pictures(most: int) -> str:
    """A page has {most} pictures and files at most."""


@message
def sessions_title() -> str:
    """Sessions"""


@message
def session_line(number: int, title: str, when: str) -> str:
    """{number}. {title} · {when}"""


@message
def files_missing(missing: int, of: int) -> str:
    """{missing} of {of} files have no words yet."""


@message
def say_what_it_is() -> str:
    """Say what it is"""


@message
def file_intro(name: str) -> str:
    """What is **{name}**? Readers see these words as the link to it. One sentence is enough."""


@message
def older_versions() -> str:
    """Older versions"""


@message
def versions_title(title: str) -> str:
    """Versions: {title}"""


@message
def version_of(number: int, language: str, day: str) -> str:
    """{language}, version {number}, {day}"""


@message
def look_at() -> str:
    """Look at it"""


@message
def restore() -> str:
    """Take it back"""


@message
def version_restored(number: int) -> str:
    """Version {number} is your draft again. Readers see it once you publish it in your chat."""


@message
def files_title() -> str:
    """Files"""


@message
def file_about(kind: str, size: str) -> str:
    """{kind}, {size} MB"""


@message
def attachment_too_large(name: str, megabytes: int) -> str:
    """{name} was not added: it is too large. {megabytes} MB is the most."""
