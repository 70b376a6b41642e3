"""Planned messages in a facilitator's hands."""

from collections.abc import Callable

from babel import Locale

from prompts.catalog import message
from prompts.text import Marked


@message
def nudges_summary() -> str:
    """See every message that is planned, and edit, hold or send it"""


@message
def list_title(cohort: str) -> str:
    """Planned messages of {cohort}"""


@message
def list_intro(n: int) -> str:
    """{n} message is still to go out. The soonest comes first.
    ---
    {n} messages are still to go out. The soonest comes first."""


@message
def nothing_planned() -> str:
    """Nothing is planned to go out. Messages are planned when the cohort has sessions: `session new` adds one."""


@message
def list_context() -> str:
    """Each goes out at its time unless you hold it."""


@message
def some_failed(n: int) -> str:
    """{n} message could not be delivered. Ask your administrator to run `throughline doctor`.
    ---
    {n} messages could not be delivered. Ask your administrator to run `throughline doctor`."""


@message
def going_out(when: str, n: int) -> str:
    """{when}, {n} copy
    ---
    {when}, {n} copies"""


@message
def of_session(kind: str, number: int, title: str) -> str:
    """{kind} · session {number}: {title}"""


@message
def no_idea_yet(number: int) -> str:
    """No key idea is approved yet, so none is in it. `ideas {number}` shows them, each with a button to approve it."""


@message
def is_held(text: str) -> str:
    """**On hold.** {text}"""


@message
def awaits_release(text: str) -> str:
    """**Waits for your approval.** {text}"""


@message
def show_more(n: int) -> str:
    """{n} more"""


@message
def preview() -> str:
    """Preview"""


@message
def edit() -> str:
    """Edit"""


@message
def hold() -> str:
    """Hold"""


@message
def release() -> str:
    """Release"""


@message
def move() -> str:
    """Move"""


@message
def send_now() -> str:
    """Send now"""


@message
def sure_now() -> str:
    """Send every copy of this message now?"""


@message
def may_have_arrived() -> str:
    """The connection broke while this was on its way. It may or may not have arrived."""


@message
def doubts_title(n: int) -> str:
    """{n} message may or may not have arrived
    ---
    {n} messages may or may not have arrived"""


@message
def doubts_text(cohort: str) -> str:
    """{cohort}: the connection broke just then, and nothing was sent twice on a guess. Send again what is needed; who has it already gets it a second time."""


@message
def doubts_context() -> str:
    """`nudges` shows them until you decide."""


@message
def send_again() -> str:
    """Send again"""


@message
def leave_it() -> str:
    """Leave it"""


@message
def preview_title(kind: str) -> str:
    """Preview: {kind}"""


@message
def bold(text: str) -> str:
    """**{text}**"""


@message
def goes_out(when: str) -> str:
    """Goes out {when}."""


@message
def with_buttons(when: str, buttons: str) -> str:
    """{when} Its buttons: {buttons}."""


@message
def nothing_to_send() -> str:
    """As things stand there is nothing to say, so it would not go out. It is looked at again at its time."""


@message
def held_now(kind: str) -> str:
    """“{kind}” is on hold. Nothing goes out until you release it."""


@message
def released_now(kind: str, when: str) -> str:
    """“{kind}” goes out at its time, {when}."""


@message
def on_its_way(n: int) -> str:
    """{n} copy is on its way.
    ---
    {n} copies are on their way."""


@message
def taken_as_arrived() -> str:
    """Good. It counts as delivered."""


@message
def decided_already() -> str:
    """Somebody has decided about this message already. Type `nudges` to see how things stand."""


@message
def gone_already() -> str:
    """This message has gone out already, or is not planned any more. Nothing was changed. Type `nudges` to see what is still to come."""


@message
def not_found() -> str:
    """I cannot find that message here. Type `nudges` to see what is planned."""


@message
def move_title() -> str:
    """Move a message"""


@message
def move_intro(kind: str) -> str:
    """When should “{kind}” go out? The time is each reader's own."""


@message
def day_label() -> str:
    """Day"""


@message
def time_label() -> str:
    """Time"""


@message
def is_past() -> str:
    """That is over already. Choose a later moment."""


@message
def moved_now(kind: str, when: str) -> str:
    """“{kind}” now goes out on {when}, each reader's own time."""


@message
def edit_title() -> str:
    """Edit a message"""


@message
def save() -> str:
    """Save"""


@message
def edit_intro(kind: str) -> str:
    """Your words replace the title and the text of “{kind}”. What is personal in it stays."""


@message
def title_label(language: str) -> str:
    """Title ({language})"""


@message
def text_label(language: str) -> str:
    """Text ({language})"""


@message
def time_hint(time: str) -> str:
    """Where it says {time}, everybody reads the time in their own zone, after a move the new one."""


@message
def text_hint() -> str:
    """Empty brings the usual text back. **Bold**, lists with - and links work."""


@message
def changed_meanwhile() -> str:
    """Somebody else edited this message while you were writing. Nothing of yours was saved: open it again to see theirs."""


@message
def kind_welcome() -> str:
    """Welcome"""


@message
def kind_look_ahead() -> str:
    """Look ahead"""


@message
def kind_look_back() -> str:
    """Look back & look ahead"""


@message
def kind_make_it_stick() -> str:
    """Make it stick"""


@message
def kind_session_tomorrow() -> str:
    """Session in a day"""


@message
def kind_join_link() -> str:
    """Join link"""


@message
def kind_presenter_planning() -> str:
    """Planning with presenters"""


@message
def kind_presenter_checklist() -> str:
    """Presenters' checklist"""


@message
def kind_presenter_tech_check() -> str:
    """Presenters' tech check"""


@message
def kind_form_live() -> str:
    """Form in the session"""


@message
def kind_post_session_form() -> str:
    """Session form"""


@message
def kind_series_form() -> str:
    """Series form"""


@message
def kind_form_reminder() -> str:
    """Form reminder"""


@message
def kind_follow_up_form() -> str:
    """Follow-up form"""


@message
def kind_commitment_check_in() -> str:
    """Commitment check-in"""


@message
def kind_partner_round() -> str:
    """Learning partners"""


@message
def kind_partner_check() -> str:
    """Partners: did you meet?"""


@message
def kind_partner_ask_again() -> str:
    """Partners: second ask"""


@message
def kind_reflection_prompt() -> str:
    """Reflection prompt"""


@message
def kind_other() -> str:
    """Message"""


KINDS: dict[str, Callable[[str], Marked]] = {
    "welcome": kind_welcome,
    "look_ahead": kind_look_ahead,
    "look_back": kind_look_back,
    "make_it_stick": kind_make_it_stick,
    "session_tomorrow": kind_session_tomorrow,
    "join_link": kind_join_link,
    "presenter_planning": kind_presenter_planning,
    "presenter_checklist": kind_presenter_checklist,
    "presenter_tech_check": kind_presenter_tech_check,
    "form_live": kind_form_live,
    "post_session_form": kind_post_session_form,
    "series_form": kind_series_form,
    "form_reminder": kind_form_reminder,
    "follow_up_form": kind_follow_up_form,
    "commitment_check_in": kind_commitment_check_in,
    "partner_round": kind_partner_round,
    "partner_check": kind_partner_check,
    "partner_ask_again": kind_partner_ask_again,
    "reflection_prompt": kind_reflection_prompt,
    "other": kind_other,
}


def kind(language: str, slug: str) -> Marked:
    """What a kind of message is called."""
    return KINDS.get(slug, kind_other)(language)


def language_name(language: str, code: str) -> str:
    """``Spanish`` · ``español``: a language's name in the reader's."""
    return Locale(code).get_display_name(language) or code


def in_language(language: str, code: str) -> str:
    """The label of a button that shows the same in another language, in that language's own name."""
    return (Locale(code).get_display_name(code) or code).capitalize()
