"""Closing a series for good, finding it again, and running it again with what was learned."""

from prompts.catalog import message


@message
def archive_summary() -> str:
    """Find series of past years"""


@message
def close_summary() -> str:
    """Close a series for good: it stays to read"""


@message
def reopen_summary() -> str:
    """Open a closed series again"""


@message
def again_summary() -> str:
    """Run a series again, with what was learned"""


@message
def no_such_series(given: str) -> str:
    """There is no series **{given}** here. Type `archive` to see those that are over."""


@message
def not_yours(series: str) -> str:
    """You do not run **{series}**. Ask one of its facilitators."""


@message
def archived(series: str, slug: str) -> str:
    """**{series}** is closed for good, so nothing in it can change. To change it, type `series reopen {slug}`. To run it again, type `series again`."""


@message
def archived_already(series: str, slug: str) -> str:
    """**{series}** is closed already. To open it again, type `series reopen {slug}`."""


@message
def not_archived(series: str) -> str:
    """**{series}** is not closed, so there is nothing to open."""


@message
def still_to_come(n: int, when: str) -> str:
    """{n} session is still to come: {when}. Hold it or cancel it first, then close the series.
    ---
    {n} sessions are still to come, the next {when}. Hold or cancel them first, then close the series."""


@message
def close_title(series: str) -> str:
    """Close {series}?"""


@message
def close_text() -> str:
    """Nothing has changed yet. Once closed, the series can be read and reported, and nothing in it changes. You can open it again."""


@message
def sessions_label() -> str:
    """Sessions"""


@message
def planned_label() -> str:
    """Messages that will not go out"""


@message
def planned_none() -> str:
    """None"""


@message
def planned_until(n: int, day: str) -> str:
    """{n}, on {day}
    ---
    {n}, the last on {day}"""


@message
def forms_label() -> str:
    """Forms that close now"""


@message
def close_it() -> str:
    """Close it"""


@message
def closed_title(series: str) -> str:
    """{series} is closed"""


@message
def closed_text(slug: str) -> str:
    """It stays to read. Find it with `archive`, open it with `series reopen {slug}`, run it again with `series again`."""


@message
def undo() -> str:
    """Undo"""


@message
def reopened(series: str) -> str:
    """**{series}** is open again. What is still due will be sent."""


@message
def archive_title() -> str:
    """Series that are over"""


@message
def archive_empty() -> str:
    """No series is over yet. A series shows up here after its last session."""


@message
def archive_none(given: str, years: str, themes: str) -> str:
    """Nothing fits **{given}**. Years: {years}. Themes: {themes}."""


@message
def archive_more(n: int) -> str:
    """{n} more. Add a year or a theme, such as `archive 2026`.
    ---
    {n} more. Add a year or a theme, such as `archive 2026`."""


@message
def kept_line(year: str, n: int) -> str:
    """{year} · {n} session
    ---
    {year} · {n} sessions"""


@message
def kept_with_themes(line: str, themes: str) -> str:
    """{line} · What surfaced: {themes}"""


@message
def again_button() -> str:
    """Run it again"""


@message
def close_button() -> str:
    """Close for good"""


@message
def again_form_title() -> str:
    """Run it again"""


@message
def again_intro() -> str:
    """Sessions keep their hours and the days between them. You see everything before it is made."""


@message
def preview() -> str:
    """Preview"""


@message
def series_label() -> str:
    """Series"""


@message
def start_label() -> str:
    """Day of the first session"""


@message
def start_hint() -> str:
    """The same weekday as before keeps all weekdays."""


@message
def slug_label() -> str:
    """Short name"""


@message
def slug_hint() -> str:
    """Leave it empty and we pick one."""


@message
def cohort_label() -> str:
    """Cohort"""


@message
def cohort_hint() -> str:
    """Leave it empty to keep last time's name, with the new year."""


@message
def nothing_to_run_again() -> str:
    """You run no series yet. Start one with `series new`."""


@message
def never_held(series: str) -> str:
    """**{series}** has no sessions to repeat. Plan one with `session new`."""


@message
def start_passed(day: str) -> str:
    """{day} is past or too far away. Choose a day within the next five years."""


@message
def no_year(day: str) -> str:
    """No project year holds {day}. Add one with `year new`, then try again."""


@message
def slug_unfit() -> str:
    """Use small letters, digits and hyphens, such as `steady-2028`."""


@message
def slug_taken(slug: str) -> str:
    """There is a series `{slug}` already. Choose another short name."""


@message
def again_title(series: str) -> str:
    """{series}, once more"""


@message
def nothing_yet() -> str:
    """Nothing is made yet. This is what it would be."""


@message
def session_line(number: int, title: str, when: str) -> str:
    """{number}. {title}: {when}"""


@message
def year_label() -> str:
    """Project year"""


@message
def comes_along() -> str:
    """Comes along"""


@message
def what_comes_along() -> str:
    """Objectives, agenda, key ideas (to approve again), resource pages with pictures and files (to publish again), prompts, forms and message times. No people, no answers."""


@message
def presenters_label() -> str:
    """Presented last time"""


@message
def ask_them(names: str) -> str:
    """{names}. Ask them anew."""


@message
def look_at() -> str:
    """Look at this"""


@message
def other_weekday() -> str:
    """The first day is another weekday than last time, so all sessions move to other weekdays."""


@message
def on_holiday(n: int, days: str) -> str:
    """{days} is a public holiday.
    ---
    {days} are public holidays."""


@message
def clock_skips(days: str) -> str:
    """On {days} the clock jumps over that hour, so it starts an hour later."""


@message
def make_it() -> str:
    """Make it"""


@message
def change_it() -> str:
    """Change"""


@message
def look_again() -> str:
    """This preview is out of date, so nothing was made. Type `series again` to start over."""


@message
def made_title(series: str) -> str:
    """{series} is planned again"""


@message
def made_text(slug: str, cohort: str, code: str) -> str:
    """Its short name is `{slug}`, its cohort **{cohort}**, with join code `{code}`. Add presenters and join links, then open the channel."""


@message
def open_channel() -> str:
    """Open the channel"""


@message
def people_joined(slug: str) -> str:
    """People have joined `{slug}`, so it cannot be undone. Cancel its sessions instead."""


@message
def begun_already(slug: str) -> str:
    """`{slug}` has begun, so it cannot be undone. Cancel its sessions instead."""


@message
def taken_back(slug: str) -> str:
    """`{slug}` is gone, with its sessions. Last time's series is as it was."""


@message
def last_time(number: int) -> str:
    """Last time: session {number}"""


@message
def what_was_learned() -> str:
    """What people said last time"""


@message
def quality_line(percent: str, n: int) -> str:
    """- {percent} found it very good or excellent (n = {n})"""


@message
def useful_line(percent: str, n: int) -> str:
    """- {percent} found it useful for their work (n = {n})"""


@message
def intent_line(percent: str, n: int) -> str:
    """- {percent} planned to use something (n = {n})"""


@message
def too_few_answers(k: int) -> str:
    """- Too few answers to show: we need {k}."""


@message
def surfaced_line(themes: str) -> str:
    """- What surfaced: {themes}"""
