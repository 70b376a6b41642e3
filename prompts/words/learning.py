"""Themes, key ideas, look ahead, look back and make it stick."""

from collections.abc import Callable, Mapping

from prompts.catalog import message
from prompts.text import Marked

Words = Callable[[str], Marked]

# --- look back, look ahead ----------------------------------------------------------------------------


@message
def look_back_title(session: str) -> str:
    """Look back: {session}"""


@message
def look_back_attended() -> str:
    """Good that you were there. Here is what to keep."""


@message
def look_back_missed() -> str:
    """We missed you. Here is what matters, in 5 minutes."""


@message
def plan_a_step() -> str:
    """Plan one small step"""


@message
def read_it_in() -> str:
    """Read in English"""


@message
def only_in(language: str) -> str:
    """Part of this is not there in {language} yet. Your facilitator can add it."""


@message
def look_back_anybody() -> str:
    """Here is what to keep from the session."""


@message
def ideas_title() -> str:
    """Key ideas"""


@message
def surfaced_title() -> str:
    """What came up"""


@message
def voices_title() -> str:
    """What people shared"""


@message
def resources_title() -> str:
    """To read or watch"""


@message
def catch_up_title() -> str:
    """Catch up in 5 minutes"""


@message
def resource_line(resource: str, time: str) -> str:
    """{resource} ({time})"""


@message
def ahead_title(session: str) -> str:
    """Look ahead: {session}"""


@message
def ahead_when(when: str) -> str:
    """**When:** {when}"""


@message
def ahead_moved(was: str) -> str:
    """**The time has changed.** It was {was}."""


@message
def ahead_with(names: str) -> str:
    """**With:** {names}"""


@message
def ahead_goal(text: str) -> str:
    """**What for:** {text}"""


@message
def ahead_pre_work(time: str, text: str) -> str:
    """**Before you come ({time}):** {text}"""


@message
def objectives_title() -> str:
    """What it is for"""


@message
def last_title() -> str:
    """That was the last session"""


@message
def last_text() -> str:
    """Thank you for all you brought. From time to time a key idea will come back to you, so that it stays."""


# --- make it stick ------------------------------------------------------------------------------------


@message
def stick_title() -> str:
    """One minute: what do you recall?"""


@message
def show_idea() -> str:
    """Show the idea"""


@message
def answer_first() -> str:
    """Answer first"""


@message
def quiet_text() -> str:
    """_Not a good time?_"""


@message
def later() -> str:
    """In a week"""


@message
def slow_down() -> str:
    """Fewer of these"""


@message
def stop_these() -> str:
    """Stop these"""


@message
def all_again() -> str:
    """All of them again"""


@message
def use_title() -> str:
    """A way to use it"""


@message
def use_in_role(use: str) -> str:
    """**In your role:** {use}"""


@message
def use_in_setting(use: str) -> str:
    """**Where you work:** {use}"""


@message
def you_wrote() -> str:
    """You wrote"""


@message
def had_it() -> str:
    """I had it"""


@message
def not_yet() -> str:
    """Not yet"""


@message
def recalled_yes() -> str:
    """Well kept. That recall made it stronger."""


@message
def recalled_no() -> str:
    """That is fine. Trying to recall is what makes it stick."""


@message
def you_planned() -> str:
    """What you planned (only you see this)"""


@message
def status_tried() -> str:
    """I tried it"""


@message
def status_working() -> str:
    """It works"""


@message
def status_changed() -> str:
    """I changed it"""


@message
def status_let_go() -> str:
    """Let it go"""


@message
def took_along() -> str:
    """What I took along"""


@message
def took_along_text() -> str:
    """This was the last of these. One page keeps your ideas and plans."""


@message
def took_along_summary() -> str:
    """Your own ideas and plans from a series"""


@message
def took_along_of(series: str) -> str:
    """From **{series}**. Only you see your plans."""


@message
def nothing_yet(series: str) -> str:
    """There is nothing from **{series}** yet. Key ideas and your plans will be kept here."""


@message
def my_plans_title() -> str:
    """What I planned"""


@message
def i_was_there_title() -> str:
    """Where I was"""


@message
def plan_line(plan: str, status: str) -> str:
    """{plan} ({status})"""


@message
def as_page() -> str:
    """Open as a page"""


@message
def answer_label() -> str:
    """Your answer"""


@message
def answer_hint() -> str:
    """Only you see it, and it is not kept."""


@message
def see_the_idea() -> str:
    """See the idea"""


@message
def later_done(day: str) -> str:
    """It comes back on **{day}**."""


@message
def slowed() -> str:
    """From now on you get every second one."""


@message
def not_slowed() -> str:
    """You get all of them again."""


@message
def not_yours() -> str:
    """This reminder belongs to a series that you do not take part in."""


@message
def idea_gone() -> str:
    """This idea is not used any more."""


@message
def idea_not_in(language: str) -> str:
    """This idea is not written in **{language}** yet, so it cannot be shown to you. Please tell your facilitator."""


# --- themes -------------------------------------------------------------------------------------------


@message
def themes_summary() -> str:
    """What came up in a session, or over sessions, series and years"""


@message
def theme_add_summary() -> str:
    """Write down what came up in a session"""


@message
def theme_remove_summary() -> str:
    """Take a theme off a session"""


@message
def theme_name_summary() -> str:
    """Write a theme's name in another language"""


@message
def themes_of(number: int, session: str) -> str:
    """What came up in session {number}: {session}"""


@message
def no_themes_here() -> str:
    """Nothing is written down yet."""


@message
def themes_over_time() -> str:
    """Themes over time"""


@message
def no_themes_at_all() -> str:
    """No session has a theme yet. Type `theme add`, the number of a session and what came up."""


@message
def theme_counts(n: int, coded: int, series: int, years: str) -> str:
    """Sessions: {n} of {coded} · series: {series} · {years}"""


@message
def theme_form_title() -> str:
    """What came up?"""


@message
def session_label() -> str:
    """Session"""


@message
def session_option(number: int, session: str) -> str:
    """{number} · {session}"""


@message
def earlier_label() -> str:
    """Themes you know from before"""


@message
def new_label() -> str:
    """New themes"""


@message
def new_hint() -> str:
    """One on each line, in a few words each."""


@message
def suggested_hint(names: str) -> str:
    """One on each line. Ideas from what people shared: {names}. They are only ideas."""


@message
def save() -> str:
    """Save"""


@message
def add_more() -> str:
    """Add themes"""


@message
def add_this(name: str) -> str:
    """Add: {name}"""


@message
def suggestions_title() -> str:
    """Ideas from what people shared"""


@message
def suggestions_text() -> str:
    """A word count made these. You decide."""


@message
def themes_added(names: str, session: str) -> str:
    """Written down for **{session}**: {names}."""


@message
def themes_already(session: str) -> str:
    """**{session}** has these already."""


@message
def theme_removed(name: str, session: str) -> str:
    """**{name}** is off **{session}**."""


@message
def theme_not_there(name: str, session: str) -> str:
    """**{name}** is not on **{session}**."""


@message
def remove() -> str:
    """Remove"""


@message
def undo() -> str:
    """Undo"""


@message
def no_theme_given() -> str:
    """Pick a theme or write one."""


@message
def theme_too_long(most: int) -> str:
    """Use {most} characters at most for one theme."""


@message
def too_many_themes(most: int) -> str:
    """Add {most} themes at most in one go."""


@message
def name_in(language: str) -> str:
    """Name ({language})"""


@message
def theme_named(name: str) -> str:
    """The names of **{name}** are saved."""


@message
def unknown_theme(given: str) -> str:
    """There is no theme called “{given}”. Type `themes` to see them all."""


@message
def missing_language(language: str, names: str) -> str:
    """**Not in {language} yet:** {names}. Until it is, no message with it goes out in {language}."""


@message
def add_names(name: str) -> str:
    """Translate: {name}"""


# --- key ideas ----------------------------------------------------------------------------------------


@message
def idea_summary() -> str:
    """Add a key idea to a session"""


@message
def ideas_summary() -> str:
    """The key ideas of a session, to approve or edit"""


@message
def idea_form_title() -> str:
    """A key idea"""


@message
def idea_intro() -> str:
    """Only approved ideas go out. A language left empty gets none."""


@message
def idea_label(language: str) -> str:
    """The idea ({language})"""


@message
def question_label(language: str) -> str:
    """A question that brings it back ({language})"""


@message
def idea_answer_label(language: str) -> str:
    """The answer ({language})"""


@message
def use_label(language: str) -> str:
    """A way to use it at work ({language})"""


@message
def no_idea_given() -> str:
    """Write the idea in one language at least."""


@message
def ideas_of(number: int, session: str) -> str:
    """Key ideas of session {number}: {session}"""


@message
def no_ideas_here() -> str:
    """There is no key idea yet."""


@message
def idea_position(number: int) -> str:
    """Idea {number}"""


@message
def idea_approved(name: str) -> str:
    """Approved by {name}"""


@message
def idea_waiting() -> str:
    """Waits for approval: it does not go out"""


@message
def idea_missing_parts(language: str) -> str:
    """In {language} a part is missing. It does not go out in {language} until all parts are there."""


@message
def approve() -> str:
    """Approve"""


@message
def take_back() -> str:
    """Take approval back"""


@message
def edit() -> str:
    """Edit"""


@message
def add_idea() -> str:
    """Add an idea"""


@message
def idea_kept(number: int) -> str:
    """Idea {number} is saved. It goes out once it is approved."""


@message
def idea_is_approved(number: int) -> str:
    """Idea {number} is approved and goes out."""


@message
def idea_taken_back(number: int) -> str:
    """Idea {number} does not go out any more."""


@message
def changed_meanwhile() -> str:
    """Somebody changed this idea while you wrote. Nothing was lost: below is your text. Open the idea again and put in what still fits."""


@message
def open_again() -> str:
    """Open it again"""


@message
def only_its_presenters(session: str) -> str:
    """Only a facilitator or a presenter of **{session}** can do that. Ask one of them."""


@message
def no_such_session(number: int, numbers: str) -> str:
    """There is no session {number}. The numbers are: {numbers}."""


@message
def no_session_yet() -> str:
    """This cohort has no sessions yet."""


@message
def not_found() -> str:
    """I cannot find that here. It may have been removed."""


@message
def changed_since() -> str:
    """This idea was changed since. Here is how it reads now: approve it if it is right."""


@message
def part_too_long(most: int) -> str:
    """Use {most} characters at most for each part."""


STATUSES: Mapping[str, Words] = {
    "tried": status_tried,
    "working": status_working,
    "changed": status_changed,
    "let_go": status_let_go,
}
"""What can be said of a commitment, by its status."""
