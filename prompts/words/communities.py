"""Communities and their people: help, structure, channels, joining, settings, invitations, the welcome."""

from collections.abc import Callable, Mapping

from babel import Locale

from prompts.catalog import SOURCE_LANGUAGE, message
from prompts.text import Marked

Words = Callable[[str], Marked]

# --- help and standing -----------------------------------------------------------------------------------


@message
def me_title(name: str) -> str:
    """How you stand, {name}"""


@message
def home_title(name: str) -> str:
    """Hello {name}, here is what is next for you"""


@message
def nothing_yet() -> str:
    """You are not in a cohort yet. If you were given a code, type `join` and the code."""


@message
def settings_line(zone: str, quiet: str) -> str:
    """Your time zone: **{zone}**. Quiet hours: **{quiet}**."""


@message
def standing(series: str, status: str) -> str:
    """{series} · {status}"""


@message
def next_title() -> str:
    """Next session"""


@message
def next_session(title: str, when: str) -> str:
    """**{title}**: {when}"""


@message
def join_link() -> str:
    """Join the session"""


@message
def what_can_i_do() -> str:
    """What can I do?"""


@message
def my_invited() -> str:
    """you are invited"""


@message
def my_active() -> str:
    """you take part"""


@message
def my_paused() -> str:
    """paused"""


@message
def my_waiting() -> str:
    """on the waiting list"""


@message
def my_left() -> str:
    """you have left"""


# --- what each command does ------------------------------------------------------------------------------


@message
def help_summary() -> str:
    """See what you can do, or one topic or command in detail"""


@message
def me_summary() -> str:
    """Your cohorts, your next session, your settings"""


@message
def join_summary() -> str:
    """Join a cohort with the code you were given"""


@message
def introduce_summary() -> str:
    """Introduce yourself to your cohort"""


@message
def leave_summary() -> str:
    """Leave a cohort (you can undo it)"""


@message
def pause_summary() -> str:
    """Hold back optional messages until a date"""


@message
def resume_summary() -> str:
    """End your pause"""


@message
def settings_summary() -> str:
    """Your time zone, quiet hours, language, and the messages you want"""


@message
def stop_summary() -> str:
    """Stop optional messages, all or one kind"""


@message
def start_summary() -> str:
    """Get messages again that you stopped"""


@message
def setup_summary() -> str:
    """Become the first administrator, with the code from the installation"""


@message
def year_summary() -> str:
    """Add a project year"""


@message
def project_summary() -> str:
    """Add a project"""


@message
def series_summary() -> str:
    """Add a series"""


@message
def cohort_summary() -> str:
    """Add a cohort to a series"""


@message
def open_summary() -> str:
    """Open the cohort's private channel and let people in"""


@message
def link_summary() -> str:
    """Make this channel the cohort's channel"""


@message
def import_summary() -> str:
    """Import a roster, a series or a whole community from a file"""


@message
def export_series_summary() -> str:
    """Save a series as a file that another centre can import"""


@message
def export_series_text() -> str:
    """The plan and the words of this series in one file: goals, sessions, key ideas, resources and forms. No names, no answers, and no pictures or files of pages. Another centre types `import` to run it. The link is yours alone, for twelve hours."""


@message
def export_series_button() -> str:
    """Save the file"""


@message
def invite_summary() -> str:
    """Invite the people on the roster who have not joined"""


@message
def members_summary_line() -> str:
    """See who is in a cohort"""


@message
def community_summary() -> str:
    """The community's name, states, languages, and smallest counts shown"""


@message
def roles_summary() -> str:
    """See who has which role"""


@message
def give_summary() -> str:
    """Give somebody a role"""


@message
def take_summary() -> str:
    """Take a role away"""


# --- shared ----------------------------------------------------------------------------------------------


@message
def not_found() -> str:
    """I cannot find that here. It may have been removed. Type `me` to see what you have now."""


@message
def save() -> str:
    """Save"""


@message
def change() -> str:
    """Change"""


@message
def undo() -> str:
    """Undo"""


@message
def not_now() -> str:
    """Not now"""


@message
def no_limit() -> str:
    """no limit"""


@message
def none_set() -> str:
    """none"""


@message
def already_there(name: str) -> str:
    """There is already one called “{name}”. Pick another name."""


@message
def name_unfit(most: int) -> str:
    """Please give a name with some letters, of at most {most} characters."""


# --- structure -------------------------------------------------------------------------------------------


@message
def year_title() -> str:
    """New project year"""


@message
def year_label() -> str:
    """What it is called"""


@message
def first_day() -> str:
    """First day"""


@message
def last_day() -> str:
    """Last day"""


@message
def year_ends_first() -> str:
    """The last day must come after the first."""


@message
def year_made(label: str) -> str:
    """Project year **{label}** is there. Next: `project new`, or `series new`."""


@message
def project_title() -> str:
    """New project"""


@message
def title_label() -> str:
    """Title"""


@message
def funder_label() -> str:
    """Funder"""


@message
def project_made(title: str) -> str:
    """Project **{title}** is there. Next: `series new`."""


@message
def series_title() -> str:
    """New series"""


@message
def slug_label() -> str:
    """Short name"""


@message
def slug_hint() -> str:
    """People type it, and the channel is called so: lower-case letters, digits and hyphens."""


@message
def slug_unfit() -> str:
    """A short name has lower-case letters, digits and hyphens only, like `steady-teams`, and at most 60 of them."""


@message
def project_label() -> str:
    """Project"""


@message
def project_year_label() -> str:
    """Project year"""


@message
def unknown_project(given: str) -> str:
    """There is no project “{given}”. Add it first with `project new`."""


@message
def unknown_year(given: str) -> str:
    """There is no project year “{given}”. Add it first with `year new`."""


@message
def unknown_series(given: str) -> str:
    """There is no series “{given}”. Check its short name, or add it with `series new`."""


@message
def no_project_yet() -> str:
    """A series belongs to a project, and there is none yet. Add one first: `project new`."""


@message
def no_year_yet() -> str:
    """A series belongs to a project year, and there is none yet. Add one first: `year new`."""


@message
def no_series_yet() -> str:
    """There is no series that you can add a cohort to. Add one first: `series new`."""


@message
def series_made(title: str, slug: str) -> str:
    """Series **{title}** (`{slug}`) is there. Next: `cohort new {slug}`."""


@message
def cohort_title() -> str:
    """New cohort"""


@message
def series_label() -> str:
    """Series"""


@message
def cohort_name_label() -> str:
    """Name of the cohort"""


@message
def zone_label() -> str:
    """Time zone"""


@message
def zone_hint() -> str:
    """A city or a zone, like Boise, Anchorage or Pacific."""


@message
def capacity_label() -> str:
    """Seats"""


@message
def capacity_unfit(most: int) -> str:
    """Seats must be a number from 1 to {most}. Leave it out for no limit."""


@message
def code_label() -> str:
    """Join code"""


@message
def cohort_made(name: str) -> str:
    """Cohort {name} is there"""


@message
def cohort_next(code: str) -> str:
    """People can join with `join {code}`. Next: import the roster, then invite people and open the channel."""


@message
def open_channel() -> str:
    """Open the channel"""


@message
def import_people() -> str:
    """Import people"""


# --- channel ---------------------------------------------------------------------------------------------


@message
def open_title(cohort: str) -> str:
    """Open the channel of {cohort}?"""


@message
def open_preview(n: int, notice: str) -> str:
    """I will open a private channel, let {n} person in, pin “{notice}”, and set a bookmark to the cohort's page. Those who join later are let in then.
    ---
    I will open a private channel, let {n} people in, pin “{notice}”, and set a bookmark to the cohort's page. Those who join later are let in then."""


@message
def channel_label() -> str:
    """Channel"""


@message
def topic_label() -> str:
    """Topic"""


@message
def notice_label() -> str:
    """Pinned notice"""


@message
def open_it() -> str:
    """Open it"""


@message
def opening(cohort: str) -> str:
    """I am opening the channel of **{cohort}** now. You get a message when it is ready."""


@message
def has_channel(cohort: str, channel: str) -> str:
    """**{cohort}** already has a channel here: {channel}. Nothing was changed."""


@message
def link_instead(cohort: str) -> str:
    """I cannot open channels here. Add me to the channel for **{cohort}**, and say `cohort link` there."""


@message
def link_in_channel() -> str:
    """Say `cohort link` in the channel itself, where I am installed. Nothing was changed."""


@message
def channel_taken() -> str:
    """This channel already belongs to another cohort. Nothing was changed."""


@message
def linked(cohort: str) -> str:
    """This is now the channel of **{cohort}**."""


@message
def channel_open(cohort: str, channel: str) -> str:
    """The channel of **{cohort}** is open: {channel}. The notice is pinned, and people were let in."""


@message
def bookmark() -> str:
    """Your cohort's page"""


@message
def seen_in_channel(cohort: str) -> str:
    """You are in the channel of **{cohort}**. Would you like to take part? Then press Join."""


@message
def left_channel(cohort: str) -> str:
    """You left the channel of **{cohort}**. You still take part, and messages still reach you here. What would you like?"""


@message
def leave_too() -> str:
    """Leave the cohort too"""


@message
def let_me_in_again() -> str:
    """Let me in again"""


@message
def channel_soon() -> str:
    """I am letting you in again."""


# --- joining and leaving ---------------------------------------------------------------------------------


@message
def join() -> str:
    """Join"""


@message
def unknown_code(given: str) -> str:
    """I do not know the code “{given}”. Check it, or ask your facilitator for a new one."""


@message
def consent_title(series: str) -> str:
    """Take part in {series}?"""


@message
def consent(cohort: str, who_sees: str) -> str:
    """You are about to join **{cohort}**. I will send you what you need for each session, and small prompts that you can always skip or stop.
    {who_sees}"""


@message
def agree() -> str:
    """I agree, let me in"""


@message
def maybe_later() -> str:
    """All right. The button above and your code keep working."""


@message
def already_in(cohort: str) -> str:
    """You already take part in **{cohort}**."""


@message
def still_waiting(cohort: str) -> str:
    """**{cohort}** is full, and you are on the waiting list. I will write to you when a seat is free."""


@message
def cohort_full(cohort: str) -> str:
    """**{cohort}** is full right now. You are on the waiting list, and I will write to you when a seat is free. Type `leave` to give up your place."""


@message
def seat_free(cohort: str) -> str:
    """A seat in **{cohort}** is free, and it is kept for you. Press Join to take it."""


@message
def joined_title(cohort: str) -> str:
    """Welcome to {cohort}"""


@message
def joined() -> str:
    """You are in. I will let you into the channel, if there is one. Two small things to do next, both up to you."""


@message
def series_over(cohort: str) -> str:
    """**{cohort}** is over, so nobody can join it any more. Ask your facilitator about the next one."""


@message
def not_enrolled(cohort: str) -> str:
    """You do not take part in **{cohort}**. Nothing was changed. To join, type `join` and your code."""


@message
def already_left(cohort: str) -> str:
    """You have already left **{cohort}**."""


@message
def left(cohort: str) -> str:
    """You have left **{cohort}**. No more messages from it will come. Nothing was deleted: press Undo to come back."""


@message
def back_again(cohort: str) -> str:
    """You are back in **{cohort}**."""


# --- introduce yourself ----------------------------------------------------------------------------------


@message
def introduce_yourself() -> str:
    """Introduce yourself"""


@message
def introduce_intro() -> str:
    """Everything but your name may stay empty. Only what you choose to share goes to the channel."""


@message
def called_label() -> str:
    """What should people call you?"""


@message
def told_role() -> str:
    """Role"""


@message
def told_setting() -> str:
    """Works in"""


@message
def told_organisation() -> str:
    """Organization"""


@message
def told_state() -> str:
    """State"""


@message
def told_hope() -> str:
    """Hopes for"""


@message
def job_role_label() -> str:
    """Your role"""


@message
def setting_label() -> str:
    """Where you work"""


@message
def organisation_label() -> str:
    """Your organization"""


@message
def state_label() -> str:
    """Your state"""


@message
def hope_label() -> str:
    """What do you hope for?"""


@message
def share_label() -> str:
    """Share this in my cohort's channel"""


@message
def meet(called: str) -> str:
    """Meet **{called}**."""


@message
def introduction_kept() -> str:
    """Saved. I posted nothing in the channel."""


@message
def introduction_no_channel() -> str:
    """Saved. Your cohort has no channel yet, so nothing was posted. Share it later with `introduce`."""


@message
def introduction_shared() -> str:
    """Saved, and shared with your cohort. Thank you!"""


@message
def role_clinician() -> str:
    """Clinician"""


@message
def role_peer_specialist() -> str:
    """Peer specialist"""


@message
def role_supervisor() -> str:
    """Supervisor"""


@message
def role_leader() -> str:
    """Leader"""


@message
def setting_community_clinic() -> str:
    """Community clinic"""


@message
def setting_school() -> str:
    """School"""


@message
def setting_tribal_health() -> str:
    """Tribal health"""


@message
def setting_hospital() -> str:
    """Hospital"""


@message
def setting_telehealth() -> str:
    """Telehealth"""


# --- pause -----------------------------------------------------------------------------------------------


@message
def pause_title() -> str:
    """Pause messages"""


@message
def pause_intro() -> str:
    """Optional messages wait until that day. What you need for a session still arrives."""


@message
def until_label() -> str:
    """First day with messages again"""


@message
def pause_in_past() -> str:
    """Pick a day after today."""


@message
def pause_too_long() -> str:
    """A pause can last a year at most. To stop for good, type `stop` or `leave`."""


@message
def paused(day: str) -> str:
    """Optional messages are paused until {day}. What you need for a session still arrives."""


@message
def paused_cohort(cohort: str, day: str) -> str:
    """**{cohort}** is paused until {day}. Nothing from it arrives before."""


@message
def resume() -> str:
    """Resume now"""


@message
def not_paused() -> str:
    """Nothing is paused. To pause, type `pause until` and a date."""


@message
def resumed() -> str:
    """Your pause is over. Messages arrive again."""


# --- settings --------------------------------------------------------------------------------------------


@message
def my_settings() -> str:
    """My settings"""


@message
def settings_title() -> str:
    """Your settings"""


@message
def settings_now(zone: str, quiet: str, language: str, wanted: str) -> str:
    """Time zone: **{zone}**
    Quiet hours: **{quiet}**
    Language: **{language}**
    Optional messages: {wanted}"""


@message
def zone_of_cohort() -> str:
    """your cohort's"""


@message
def none_of_them() -> str:
    """none of them"""


@message
def quiet_label() -> str:
    """Quiet hours"""


@message
def quiet_hint() -> str:
    """No message comes then, like 17:00-08:00. Leave it empty for none."""


@message
def language_label() -> str:
    """Language"""


@message
def language_unfit(choices: str) -> str:
    """Please choose one of these languages: {choices}."""


@message
def wanted_label() -> str:
    """Optional messages you want"""


@message
def wanted_hint() -> str:
    """What you need for a session arrives in any case."""


@message
def partners_label() -> str:
    """Pair me with a learning partner between sessions"""


@message
def kind_look_back() -> str:
    """look back and look ahead"""


@message
def kind_commitment_check_in() -> str:
    """how my plan went"""


@message
def kind_make_it_stick() -> str:
    """key ideas after the series"""


@message
def kind_reflection() -> str:
    """reflection prompts"""


@message
def kind_form_reminder() -> str:
    """reminders of forms"""


@message
def kind_follow_up_form() -> str:
    """forms some weeks later"""


@message
def unknown_kind(given: str, choices: str) -> str:
    """I do not know the messages “{given}”. Choose one of: {choices}. Or say it alone, for all optional ones."""


@message
def stopped_all() -> str:
    """Done: no more optional messages. What still arrives: when and where a session is, its join link, a moved or cancelled session, and the short form after a session. To stop those too, type `leave`."""


@message
def stopped_kind(kind: str) -> str:
    """Done: no more “{kind}”. Everything else still arrives."""


@message
def started_all() -> str:
    """Done: all optional messages arrive again, two a week at most."""


@message
def started_kind(kind: str) -> str:
    """Done: “{kind}” arrives again."""


# --- invitations and members -----------------------------------------------------------------------------


@message
def invite_title() -> str:
    """Invite people"""


@message
def invitation(series: str, cohort: str) -> str:
    """You are invited to **{series}** ({cohort}): live sessions with colleagues, and small steps in between. Press Join to see what it means and to take your seat."""


@message
def invite_preview(fresh: int, before: int, message: str) -> str:
    """Not invited yet: **{fresh}**. Invited, but not joined: **{before}**.
    Each person gets this as a direct message, in their language:
    > {message}"""


@message
def invite_them(n: int) -> str:
    """Invite {n} person
    ---
    Invite {n} people"""


@message
def remind_them(n: int) -> str:
    """Remind {n} person
    ---
    Remind {n} people"""


@message
def nobody_to_invite(cohort: str) -> str:
    """Nobody in **{cohort}** waits for an invitation. Import a roster first: `import`."""


@message
def all_invited(cohort: str) -> str:
    """Everybody in **{cohort}** has been invited already. Nothing was sent."""


@message
def inviting(n: int) -> str:
    """{n} invitation is on its way. Type `members` to see who has joined.
    ---
    {n} invitations are on their way. Type `members` to see who has joined."""


@message
def members_title(cohort: str) -> str:
    """People in {cohort}"""


@message
def members_summary(held: int, capacity: str, unknown: int) -> str:
    """Seats taken: **{held}** of {capacity}. Not found on a chat platform yet: **{unknown}**."""


@message
def status_active(n: int) -> str:
    """Taking part: {n}"""


@message
def status_paused(n: int) -> str:
    """Paused: {n}"""


@message
def status_invited(n: int) -> str:
    """Invited: {n}"""


@message
def status_waiting(n: int) -> str:
    """Waiting for a seat: {n}"""


@message
def status_left(n: int) -> str:
    """Left: {n}"""


@message
def and_more(n: int) -> str:
    """and {n} more"""


# --- welcome ---------------------------------------------------------------------------------------------


@message
def welcome_title(series: str) -> str:
    """Welcome to {series}"""


@message
def welcome(cohort: str) -> str:
    """We start in about a week, and you are part of **{cohort}**. Here is how we are together, and two small things to do before."""


@message
def welcome_context() -> str:
    """You can change your settings, pause, or stop optional messages at any time."""


# --- roles and set-up ------------------------------------------------------------------------------------


@message
def setup_done() -> str:
    """This community is already set up. An administrator can give you a role with `role give`."""


@message
def setup_wrong() -> str:
    """That is not the code. It was shown when the bot was installed. Nothing was changed."""


@message
def setup_welcome() -> str:
    """You are now an administrator. The code works no more. Next: check the community's settings."""


@message
def roles_title() -> str:
    """Who has which role"""


@message
def give_role() -> str:
    """Give a role"""


@message
def person_label() -> str:
    """Person"""


@message
def role_label() -> str:
    """Role"""


@message
def role_series_label() -> str:
    """For which series"""


@message
def role_series_hint() -> str:
    """Leave it empty for the whole community."""


@message
def role_given(name: str, role: str, where: str) -> str:
    """**{name}** is now {role} ({where})."""


@message
def role_taken(name: str, role: str, where: str) -> str:
    """**{name}** is no longer {role} ({where})."""


@message
def has_no_role(name: str, role: str) -> str:
    """{name} is not {role} there. Type `roles` to see who is."""


@message
def last_administrator() -> str:
    """This is the only administrator. Give the role to somebody else first."""


@message
def whole_community() -> str:
    """the whole community"""


@message
def duty_administrator() -> str:
    """administrator"""


@message
def duty_facilitator() -> str:
    """facilitator"""


@message
def duty_presenter() -> str:
    """presenter"""


@message
def duty_evaluator() -> str:
    """evaluator"""


# --- the community ---------------------------------------------------------------------------------------


@message
def community_title() -> str:
    """Community settings"""


@message
def name_label() -> str:
    """Name"""


@message
def states_label() -> str:
    """States served"""


@message
def states_hint() -> str:
    """Codes or names, with commas between them."""


@message
def languages_label() -> str:
    """Languages"""


@message
def inside_label() -> str:
    """Smallest count shown inside"""


@message
def outside_label() -> str:
    """Smallest count shown outside"""


@message
def unknown_state(given: str) -> str:
    """“{given}” is not a state. Write it like ID or Idaho."""


@message
def no_state() -> str:
    """Please name at least one state."""


@message
def cells_unfit(least: int, most: int) -> str:
    """Counts go from {least} to {most}, and the one for outside may not be smaller than the one for inside."""


# --- tables of words -----------------------------------------------------------------------------------

MY_STATUS: Mapping[str, Words] = {
    "invited": my_invited,
    "active": my_active,
    "paused": my_paused,
    "waiting": my_waiting,
    "left": my_left,
}
STATUSES = {
    "active": status_active,
    "paused": status_paused,
    "invited": status_invited,
    "waiting": status_waiting,
    "left": status_left,
}
KINDS: Mapping[str, Words] = {
    "look_back": kind_look_back,
    "commitment_check_in": kind_commitment_check_in,
    "make_it_stick": kind_make_it_stick,
    "reflection_prompt": kind_reflection,
    "form_reminder": kind_form_reminder,
    "follow_up_form": kind_follow_up_form,
}
"""The kinds of message that a person can refuse, by the name of their cadence step."""
ROLES: Mapping[str, Words] = {
    "administrator": duty_administrator,
    "facilitator": duty_facilitator,
    "presenter": duty_presenter,
    "evaluator": duty_evaluator,
}
JOB_ROLES: Mapping[str, Words] = {
    "clinician": role_clinician,
    "peer_specialist": role_peer_specialist,
    "supervisor": role_supervisor,
    "leader": role_leader,
}
SETTINGS: Mapping[str, Words] = {
    "community_clinic": setting_community_clinic,
    "school": setting_school,
    "tribal_health": setting_tribal_health,
    "hospital": setting_hospital,
    "telehealth": setting_telehealth,
}


def language_name(language: str, code: str) -> str:
    """A language by its own name: ``English``, ``español``."""
    return Locale.parse(code or SOURCE_LANGUAGE).get_display_name() or code
