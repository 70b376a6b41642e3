"""Sessions: planning, moving, cancelling, the agenda, checking in, attendance."""

from collections.abc import Callable

from prompts.catalog import message
from prompts.text import Marked


@message
def sessions_summary() -> str:
    """See all sessions, in your own time"""


@message
def agenda_summary() -> str:
    """See what a session is about and its parts"""


@message
def here_summary() -> str:
    """Say that you are in the session"""


@message
def new_summary() -> str:
    """Plan a session"""


@message
def move_summary() -> str:
    """Move a session; its messages move along"""


@message
def cancel_summary() -> str:
    """Cancel a session and take its messages back"""


@message
def edit_summary() -> str:
    """Change what a session says"""


@message
def link_summary() -> str:
    """Set where people join a session"""


@message
def attendance_summary() -> str:
    """See and record who was there"""


@message
def save() -> str:
    """Save"""


@message
def edit() -> str:
    """Edit"""


@message
def undo() -> str:
    """Undo"""


@message
def preview() -> str:
    """Preview"""


@message
def join() -> str:
    """Join the session"""


@message
def agenda() -> str:
    """Agenda"""


@message
def calendar() -> str:
    """Add to my calendar"""


@message
def leave_it() -> str:
    """Leave it"""


@message
def move_it() -> str:
    """Move"""


@message
def cancel_it() -> str:
    """Cancel the session"""


@message
def not_found() -> str:
    """I cannot find that session here. Type `sessions` to see which there are."""


@message
def no_sessions(cohort: str) -> str:
    """{cohort} has no sessions yet."""


@message
def no_such_session(cohort: str, numbers: str) -> str:
    """{cohort} has no session of that number. There are: {numbers}."""


@message
def which_session(command: str) -> str:
    """Say which session by its number, like `{command} 2`. Type `sessions` to see the numbers."""


@message
def no_cohort_to_plan() -> str:
    """You do not run a cohort yet. `cohort new` makes one."""


@message
def sessions_title(cohort: str) -> str:
    """Sessions of {cohort}"""


@message
def sessions_context() -> str:
    """Times are shown in your own zone."""


@message
def numbered(number: str, title: str) -> str:
    """{number}. {title}"""


@message
def line_scheduled(when: str, minutes: int) -> str:
    """{when}, {minutes} minutes"""


@message
def line_delivered(when: str) -> str:
    """It took place {when}."""


@message
def line_cancelled(when: str) -> str:
    """**Cancelled.** It was planned for {when}."""


@message
def was_cancelled(number: str) -> str:
    """Session {number} was cancelled."""


@message
def next_for_me() -> str:
    """What's next for me"""


@message
def changed_title(title: str) -> str:
    """“{title}” has changed"""


@message
def presenters_summary() -> str:
    """Say who presents a session"""


@message
def presenter_add_summary() -> str:
    """Add somebody who presents a session, or leads one part of it"""


@message
def presenter_remove_summary() -> str:
    """Take somebody off a session, or off one part of it"""


@message
def presenters_title(number: str) -> str:
    """Who presents session {number}"""


@message
def who_presents() -> str:
    """Who presents it"""


@message
def leads_hint() -> str:
    """Who leads this part; leave it open when nobody does"""


@message
def presented_by(number: str, names: str) -> str:
    """Session {number} is presented by {names}."""


@message
def nobody_presents(number: str) -> str:
    """Nobody presents session {number} now."""


@message
def presenters_as_before(number: str) -> str:
    """Nothing to change: that is how session {number} stands."""


@message
def too_many_presenters(most: int) -> str:
    """A session has at most {most} presenters."""


@message
def does_not_present(name: str, number: str) -> str:
    """{name} does not present session {number}. Type `presenters {number}` to see who does."""


@message
def no_parts(number: str) -> str:
    """Session {number} has no parts yet. Type `agenda {number}` and set its parts first."""


@message
def no_such_part(number: str, most: int) -> str:
    """Session {number} has parts 1 to {most}. Type `agenda {number}` to see them."""


@message
def nobody_to_present() -> str:
    """Nobody is here yet who could present. Give somebody a role first: `role give`."""


@message
def you_present(title: str) -> str:
    """You present “{title}”"""


@message
def you_present_no_more(title: str) -> str:
    """You no longer present “{title}”"""


@message
def presenters_label() -> str:
    """With"""


@message
def objectives_title() -> str:
    """What you will be able to do"""


@message
def pre_work_title(minutes: int) -> str:
    """Before the session ({minutes} min)"""


@message
def segment_line(minutes: int, kind: str, title: str) -> str:
    """{minutes} min · {kind} {title}"""


@message
def kind_didactic() -> str:
    """didactic"""


@message
def kind_breakout() -> str:
    """breakout"""


@message
def kind_case() -> str:
    """case"""


@message
def kind_plenary() -> str:
    """plenary"""


@message
def new_title() -> str:
    """New session"""


@message
def cohort_label() -> str:
    """Cohort"""


@message
def title_label(language: str) -> str:
    """Title ({language})"""


@message
def date_label() -> str:
    """Day"""


@message
def time_label() -> str:
    """Start time"""


@message
def which_label() -> str:
    """If this time comes twice"""


@message
def which_hint() -> str:
    """Only on the night when clocks go back."""


@message
def the_first() -> str:
    """The first"""


@message
def the_second() -> str:
    """The second"""


@message
def zone_label() -> str:
    """Time zone"""


@message
def zone_hint() -> str:
    """Like Pacific, Boise or America/Adak. Empty: the cohort's own."""


@message
def minutes_label() -> str:
    """Length in minutes"""


@message
def link_label() -> str:
    """Join link"""


@message
def objectives_label(language: str) -> str:
    """Learning objectives, one a line ({language})"""


@message
def objectives_hint() -> str:
    """What people can do afterwards. “Name two signs of …”"""


@message
def pre_work_label(language: str) -> str:
    """Pre-work ({language})"""


@message
def pre_work_minutes_label() -> str:
    """Minutes of pre-work, 10 at most"""


@message
def title_too_long(most: int) -> str:
    """A title has {most} characters at most."""


@message
def title_missing() -> str:
    """Give it a title."""


@message
def too_many_objectives(most: int) -> str:
    """A session has {most} objectives at most."""


@message
def objectives_differ(n: int) -> str:
    """Each language needs as many objectives as the first: {n}."""


@message
def minutes_unfit(most: int) -> str:
    """A session lasts from 1 to {most} minutes. It cannot end before it starts."""


@message
def link_unfit() -> str:
    """A join link is an https address, like https://example.org/room."""


@message
def too_many_sessions(most: int) -> str:
    """A cohort has {most} sessions at most."""


@message
def session_made(number: str, cohort: str) -> str:
    """Session {number} of {cohort} is planned"""


@message
def made_context(number: str) -> str:
    """Its messages are planned too: `nudges` shows them. To move it: `session move {number}`."""


@message
def when_label() -> str:
    """When"""


@message
def length_label() -> str:
    """Length"""


@message
def set_agenda() -> str:
    """Set the agenda"""


@message
def in_past() -> str:
    """That is over already. Choose a later day or time."""


@message
def day_out_of_range(day: str) -> str:
    """{day} is too far from today. Choose a day within five years."""


@message
def in_gap(time: str, day: str, zone: str, before: str, after: str) -> str:
    """{time} does not exist on {day} in {zone}: clocks go forward that night. Choose {before} or {after}."""


@message
def in_fold(day: str, first: str, second: str) -> str:
    """On {day} that time comes twice: first at {first}, then at {second}. Say which: first or second."""


@message
def overlaps(number: str, when: str) -> str:
    """Session {number} is on at that time: {when}."""


@message
def is_cancelled(number: str) -> str:
    """Session {number} was cancelled. Nothing was changed."""


@message
def is_over(number: str) -> str:
    """Session {number} is over. Nothing was changed."""


@message
def changed_meanwhile(number: str) -> str:
    """Session {number} has changed since you looked at it. Nothing of yours was saved: type `sessions` and open it again."""


@message
def already_then(number: str) -> str:
    """Session {number} is at that time already."""


@message
def move_preview_title(number: str, cohort: str) -> str:
    """Move session {number} of {cohort}?"""


@message
def nothing_changed_yet() -> str:
    """Nothing has changed yet."""


@message
def nothing_changed(number: str) -> str:
    """Session {number} stays as it is."""


@message
def from_label() -> str:
    """From"""


@message
def to_label() -> str:
    """To"""


@message
def for_people_label() -> str:
    """For people"""


@message
def moves_with_it() -> str:
    """Moves with it"""


@message
def goes_with_it() -> str:
    """Taken back with it"""


@message
def planned_messages(n: int) -> str:
    """{n} planned message
    ---
    {n} planned messages"""


@message
def told_label() -> str:
    """Who is told"""


@message
def told_in_channels(n: int) -> str:
    """Everybody, in the cohort's channel
    ---
    Everybody, in the cohort's {n} channels"""


@message
def told_in_person(n: int) -> str:
    """{n} person, in private
    ---
    {n} people, in private"""


@message
def moved_title(title: str) -> str:
    """“{title}” has a new time"""


@message
def moved_text(now: str, before: str) -> str:
    """It now starts {now}. It was planned for {before}."""


@message
def moved_done(number: str, cohort: str) -> str:
    """Session {number} of {cohort} is moved"""


@message
def move_title(number: str) -> str:
    """Move session {number}"""


@message
def edit_title(number: str) -> str:
    """Edit session {number}"""


@message
def edited(number: str) -> str:
    """Session {number} is saved."""


@message
def agenda_differs(agenda: int, minutes: int) -> str:
    """Its agenda has {agenda} minutes and the session {minutes}: set the agenda again."""


@message
def link_title() -> str:
    """Set the join link"""


@message
def number_label() -> str:
    """Number of the session"""


@message
def link_set(number: str) -> str:
    """The join link of session {number} is set."""


@message
def reason_too_long(most: int) -> str:
    """Give the reason in {most} characters at most."""


@message
def reason_label() -> str:
    """Reason people read"""


@message
def cancel_preview_title(number: str, cohort: str) -> str:
    """Cancel session {number} of {cohort}?"""


@message
def cancelled_done(number: str) -> str:
    """Session {number} is cancelled, and its messages are taken back."""


@message
def cancelled_title(title: str) -> str:
    """“{title}” is cancelled"""


@message
def cancelled_text(when: str) -> str:
    """The session planned for {when} does not take place."""


@message
def cancelled_with_reason(when: str, reason: str) -> str:
    """The session planned for {when} does not take place. {reason}"""


@message
def not_cancelled(number: str) -> str:
    """Session {number} is not cancelled. Nothing was changed."""


@message
def too_late_to_restore(number: str) -> str:
    """The time of session {number} is over. Plan a new one: `session new`."""


@message
def restored_done(number: str) -> str:
    """Session {number} takes place after all."""


@message
def restored_title(title: str) -> str:
    """“{title}” takes place after all"""


@message
def restored_text(when: str) -> str:
    """It starts {when}, as planned at first."""


@message
def agenda_intro(minutes: int, kinds: str) -> str:
    """One part a line: minutes, kind, title. Kinds: {kinds}. They add up to {minutes} minutes."""


@message
def agenda_label() -> str:
    """Parts"""


@message
def agenda_hint() -> str:
    """40 didactic Naming what we feel"""


@message
def agenda_line_unfit(number: int, kinds: str) -> str:
    """I cannot read part {number}. Write minutes, kind ({kinds}) and title, like: 40 didactic Naming what we feel."""


@message
def agenda_sum_unfit(total: int, minutes: int) -> str:
    """The parts have {total} minutes together, the session has {minutes}."""


@message
def too_many_parts(most: int) -> str:
    """An agenda has {most} parts at most."""


@message
def nothing_on(cohort: str) -> str:
    """No session of {cohort} is on now, and none is planned."""


@message
def not_on_yet(when: str) -> str:
    """No session is on now. The next one starts {when}; you can check in from a quarter of an hour before."""


@message
def that_not_on_yet(number: str, when: str) -> str:
    """Session {number} starts {when}; you can check in from a quarter of an hour before."""


@message
def check_in_closed(number: str) -> str:
    """Check-in for session {number} is closed. Your facilitator can still mark you."""


@message
def not_enrolled(cohort: str) -> str:
    """You are not in {cohort}, so there is nothing to check in to."""


@message
def here_already() -> str:
    """You are checked in already. Good that you are here."""


@message
def here_noted(title: str) -> str:
    """Good that you are here. You are checked in to “{title}”."""


@message
def check_in_taken_back() -> str:
    """Your check-in is taken back."""


@message
def i_am_here() -> str:
    """I'm here"""


@message
def tomorrow_title(title: str) -> str:
    """Coming up: {title}"""


@message
def tomorrow_text(when: str, minutes: int) -> str:
    """It starts {when} and takes {minutes} minutes."""


@message
def soon_title(title: str) -> str:
    """Starting soon: {title}"""


@message
def soon_text(when: str) -> str:
    """It starts {when}. Come as you are; camera on or off is your choice."""


@message
def soon_without_link(when: str) -> str:
    """It starts {when}. The link comes from your facilitator."""


@message
def item_objectives() -> str:
    """Agree on one or two objectives that people can use at work"""


@message
def item_run_of_show() -> str:
    """Agree on the run of show: didactic and breakout minutes"""


@message
def item_slides() -> str:
    """Send slides and handouts, with alt text for each picture"""


@message
def item_breakout_prompt() -> str:
    """Write the question for the breakout groups"""


@message
def item_tech_check() -> str:
    """Test sound, screen sharing and breakout rooms"""


@message
def item_key_ideas() -> str:
    """Write three key ideas people can use the next day"""


@message
def attendance_title(number: str) -> str:
    """Attendance of session {number}"""


@message
def attendance_text(n: int, of: int) -> str:
    """{n} of {of} people were there, as far as is known."""


@message
def attendance_context() -> str:
    """Reports of Zoom and Teams can be read. You confirm who is who before anything is kept."""


@message
def upload_report() -> str:
    """Upload a report"""


@message
def paste_report() -> str:
    """Paste a report"""


@message
def mark_people() -> str:
    """Mark by hand"""


@message
def read_it() -> str:
    """Read it"""


@message
def report_intro() -> str:
    """Paste or upload the participants' report, as Zoom or Teams exports it."""


@message
def report_label() -> str:
    """The report"""


@message
def not_begun(number: str) -> str:
    """Session {number} has not begun yet."""


@message
def why_unknown() -> str:
    """This is not a participants' report of Zoom or Teams: I found no line with “Name” and “Duration”."""


@message
def why_too_large() -> str:
    """This file is too large for a participants' report."""


@message
def why_too_long() -> str:
    """This file has too many lines for a participants' report."""


@message
def why_not_text() -> str:
    """This file is not text. Export the report as CSV and upload that."""


@message
def why_damaged() -> str:
    """This file is damaged. Export the report once more."""


@message
def unread_line(line: int) -> str:
    """Line {line}"""


@message
def likely_line(shown: str, person: str) -> str:
    """{shown} → {person}"""


@message
def certain_label() -> str:
    """Same email"""


@message
def likely_label() -> str:
    """Likely"""


@message
def unknown_label() -> str:
    """Not in the roster"""


@message
def unread_label() -> str:
    """Could not be read"""


@message
def people_count(n: int) -> str:
    """{n} person
    ---
    {n} people"""


@message
def who_is_who_title() -> str:
    """Who is who"""


@message
def nothing_kept_yet() -> str:
    """Nothing is recorded yet. Look at the names, then choose."""


@message
def record_certain() -> str:
    """Record the certain ones"""


@message
def record_likely() -> str:
    """Record these"""


@message
def choose_each() -> str:
    """Choose for each"""


@message
def nobody() -> str:
    """Nobody of the cohort"""


@message
def recorded(n: int) -> str:
    """Recorded for {n} person.
    ---
    Recorded for {n} people."""


@message
def who_was_there() -> str:
    """Who was there"""


@message
def report_gone() -> str:
    """This report was recorded already, or is too old. Type `attendance` to begin again."""


KINDS: dict[str, Callable[[str], Marked]] = {
    "didactic": kind_didactic,
    "breakout": kind_breakout,
    "case": kind_case,
    "plenary": kind_plenary,
}
SAID = {
    "exposición": "didactic",
    "exposicion": "didactic",
    "grupos": "breakout",
    "caso": "case",
    "plenaria": "plenary",
}
"""Kinds of a segment as they are typed in Spanish."""
UNREADABLE: dict[str, Callable[[str], Marked]] = {
    "unknown": why_unknown,
    "too_large": why_too_large,
    "too_long": why_too_long,
    "not_text": why_not_text,
    "damaged": why_damaged,
}


def segment_kind(language: str, kind: str) -> Marked:
    """What a kind of segment is called."""
    return KINDS.get(kind, kind_plenary)(language)


def kind_said(word: str) -> str:
    """The kind of segment that somebody typed, in either language; anything else comes back as it is."""
    return SAID.get(word.casefold(), word.casefold())


def unreadable(language: str, key: str) -> Marked:
    """Why a report could not be read, and what to do."""
    return UNREADABLE.get(key, why_unknown)(language)
