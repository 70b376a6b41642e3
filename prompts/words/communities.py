"""Communities and their people: help, structure, channels, joining, settings, invitations, the welcome."""

from collections.abc import Mapping

from babel import Locale

from prompts.catalog import SOURCE_LANGUAGE, text
from prompts.text import Words

# --- help and standing -----------------------------------------------------------------------------------
me_title = text(lambda name: "How you stand, {name}")
home_title = text(lambda name: "Hello {name}, here is what is next for you")
home_session = text(lambda: "Next session")
home_messages = text(lambda: "This week's messages")
home_people = text(lambda: "People")
home_report = text(lambda: "Report")
home_page = text(lambda: "All on one page")
nothing_yet = text(lambda: "You are not in a cohort yet. If you were given a code, type `join` and the code.")
settings_line = text(lambda zone, quiet: "Your time zone: **{zone}**. Quiet hours: **{quiet}**.")
standing = text(lambda series, status: "{series} · {status}")
next_title = text(lambda: "Next session")
next_session = text(lambda title, when: "**{title}**: {when}")
next_session_of = text(lambda cohort, title, when: "{cohort}, **{title}**: {when}")
join_link = text(lambda: "Join the session")
what_can_i_do = text(lambda: "What can I do?")
my_invited = text(lambda: "you are invited")
my_active = text(lambda: "you take part")
my_paused = text(lambda: "paused")
my_waiting = text(lambda: "on the waiting list")
my_left = text(lambda: "you have left")

# --- what each command does ------------------------------------------------------------------------------
help_summary = text(lambda: "See what you can do, or one topic or command in detail")
me_summary = text(lambda: "Your cohorts, your next session, your settings")
join_summary = text(lambda: "Join a cohort with the code you were given")
introduce_summary = text(lambda: "Introduce yourself to your cohort")
leave_summary = text(lambda: "Leave a cohort (you can undo it)")
pause_summary = text(lambda: "Hold back optional messages until a date")
resume_summary = text(lambda: "End your pause")
settings_summary = text(lambda: "Your time zone, quiet hours, language, and the messages you want")
stop_summary = text(lambda: "Stop optional messages, all or one kind")
setup_summary = text(lambda: "Become the first administrator, with the code from the installation")
year_summary = text(lambda: "Add a project year")
project_summary = text(lambda: "Add a project")
series_summary = text(lambda: "Add a series")
cohort_summary = text(lambda: "Add a cohort to a series")
open_summary = text(lambda: "Open the cohort's private channel and let people in")
link_summary = text(lambda: "Make this channel the cohort's channel")
import_summary = text(lambda: "Import a roster, a series or a whole community from a file")
export_series_summary = text(lambda: "Save a series as a file that another centre can import")
export_series_text = text(lambda: "The plan and the words of this series in one file: goals, sessions, key ideas, resources and forms. No names, no answers, and no pictures or files of pages. Another centre types `import` to run it. The link is yours alone, for twelve hours.")
export_series_button = text(lambda: "Save the file")
invite_summary = text(lambda: "Invite the people on the roster who have not joined")
members_summary_line = text(lambda: "See who is in a cohort")
community_summary = text(lambda: "The community's name, states, languages, and smallest counts shown")
roles_summary = text(lambda: "See who has which role")
give_summary = text(lambda: "Give somebody a role")
take_summary = text(lambda: "Take a role away")

# --- shared ----------------------------------------------------------------------------------------------
not_found = text(lambda: "I cannot find that here. It may have been removed. Type `me` to see what you have now.")
save = text(lambda: "Save")
change = text(lambda: "Change")
undo = text(lambda: "Undo")
not_now = text(lambda: "Not now")
no_limit = text(lambda: "no limit")
none_set = text(lambda: "none")
already_there = text(lambda name: "There is already one called “{name}”. Pick another name.")
name_unfit = text(lambda most: "Please give a name with some letters, of at most {most} characters.")

# --- structure -------------------------------------------------------------------------------------------
year_title = text(lambda: "New project year")
year_label = text(lambda: "What it is called")
first_day = text(lambda: "First day")
last_day = text(lambda: "Last day")
year_ends_first = text(lambda: "The last day must come after the first.")
year_made = text(lambda label: "Project year **{label}** is there. Next: `project new`, or `series new`.")
project_title = text(lambda: "New project")
title_label = text(lambda: "Title")
funder_label = text(lambda: "Funder")
project_made = text(lambda title: "Project **{title}** is there. Next: `series new`.")
series_title = text(lambda: "New series")
slug_label = text(lambda: "Short name")
slug_hint = text(lambda: "People type it, and the channel is called so: lower-case letters, digits and hyphens.")
slug_unfit = text(lambda: "A short name has lower-case letters, digits and hyphens only, like `steady-teams`, and at most 60 of them.")
project_label = text(lambda: "Project")
project_year_label = text(lambda: "Project year")
unknown_project = text(lambda given: "There is no project “{given}”. Add it first with `project new`.")
unknown_year = text(lambda given: "There is no project year “{given}”. Add it first with `year new`.")
unknown_series = text(lambda given: "There is no series “{given}”. Check its short name, or add it with `series new`.")
no_project_yet = text(lambda: "A series belongs to a project, and there is none yet. Add one first: `project new`.")
no_year_yet = text(lambda: "A series belongs to a project year, and there is none yet. Add one first: `year new`.")
no_series_yet = text(lambda: "There is no series that you can add a cohort to. Add one first: `series new`.")
series_made = text(lambda title, slug: "Series **{title}** (`{slug}`) is there. Next: `cohort new {slug}`.")
cohort_title = text(lambda: "New cohort")
cohort_edit_summary = text(lambda: "Correct a cohort's name, seats or time zone")
cohort_edit_title = text(lambda: "Edit the cohort")
show_change = text(lambda: "Show the change")
change_it = text(lambda: "Change it")
seats_hint = text(lambda: "0 for no limit.")
nothing_changes = text(lambda: "That is how it stands already. Nothing was changed.")
nothing_was_changed = text(lambda: "Nothing was changed.")
cohort_changes_title = text(lambda cohort: "Change {cohort}?")
cohort_changed = text(lambda cohort: "**{cohort}** is changed.")
zone_change_means = text(lambda: "Sessions keep their moments. Messages follow the new time zone.")
from_to = text(lambda old, new: "{old} → {new}")
seats_are_taken = text(lambda n: "One seat is taken. Give that many seats or more, or 0 for no limit.", "{n} seats are taken. Give that many seats or more, or 0 for no limit.")
member_edit_summary = text(lambda: "Correct what is known of a person")
member_remove_summary = text(lambda: "Take someone out of a cohort (you can undo it)")
edit_member = text(lambda: "Edit a person")
field_name = text(lambda: "Name")
field_email = text(lambda: "Email address")
field_state = text(lambda: "State")
field_organisation = text(lambda: "Organization")
field_setting = text(lambda: "Place of work")
field_job_role = text(lambda: "Job")
field_pronouns = text(lambda: "Pronouns")
leave_as_it_is = text(lambda: "Leave empty what is to stay as it is.")
member_changes_title = text(lambda name: "Change what is known of {name}?")
member_changed = text(lambda name: "What is known of **{name}** is changed.")
nothing_there = text(lambda: "nothing")
cannot_be_empty = text(lambda: "This cannot be empty.")
cell_unfit = text(lambda given, choices: "I cannot read “{given}” here. Use one of: {choices}.")
email_unfit = text(lambda: "This is no email address. Check it for spaces and typos.")
email_taken = text(lambda name: "{name} has this address already. Use another, or `link` the two accounts.")
remove_title = text(lambda name: "Take {name} out?")
remove_means = text(lambda name, cohort, n: "{name} leaves **{cohort}**. One planned message is called off. What {name} did so far stays counted, and you can undo this.", "{name} leaves **{cohort}**. {n} planned messages are called off. What {name} did so far stays counted, and you can undo this.")
remove_it = text(lambda: "Take out")
removed = text(lambda name, cohort: "{name} is out of **{cohort}**.")
member_back = text(lambda name, cohort: "{name} is back in **{cohort}**.")
back_on_the_list = text(lambda name, cohort: "**{cohort}** is full meanwhile. {name} is on the waiting list.")
not_a_member = text(lambda name, cohort: "{name} does not take part in **{cohort}**. Nothing was changed.")
missed_title = text(lambda: "Missed sessions")
missed_line = text(lambda n, name, numbers: "- {name}: session {numbers}", "- {name}: sessions {numbers}")
series_label = text(lambda: "Series")
cohort_name_label = text(lambda: "Name of the cohort")
zone_label = text(lambda: "Time zone")
zone_hint = text(lambda: "A city or a zone, like Boise, Anchorage or Pacific.")
capacity_label = text(lambda: "Seats")
capacity_unfit = text(lambda most: "Seats must be a number from 1 to {most}. Leave it out for no limit.")
code_label = text(lambda: "Join code")
cohort_made = text(lambda name: "Cohort {name} is there")
cohort_next = text(lambda code: "Next: plan the sessions, import the roster, then open the channel and invite people. People can also join with `join {code}`.")
plan_sessions = text(lambda: "Plan the sessions")
open_channel = text(lambda: "Open the channel")
import_people = text(lambda: "Import people")

# --- channel ---------------------------------------------------------------------------------------------
open_title = text(lambda cohort: "Open the channel of {cohort}?")
open_preview = text(lambda n, notice: "I will open a private channel, let {n} person in, pin “{notice}”, and set a bookmark to the cohort's page. Those who join later are let in then.", "I will open a private channel, let {n} people in, pin “{notice}”, and set a bookmark to the cohort's page. Those who join later are let in then.")
channel_label = text(lambda: "Channel")
topic_label = text(lambda: "Topic")
notice_label = text(lambda: "Pinned notice")
open_it = text(lambda: "Open it")
opening = text(lambda cohort: "I am opening the channel of **{cohort}** now. You get a message when it is ready.")
has_channel = text(lambda cohort, channel: "**{cohort}** already has a channel here: {channel}. Nothing was changed.")
link_instead = text(lambda cohort: "I cannot open channels here. Add me to the channel for **{cohort}**, and say `cohort link` there.")
link_in_channel = text(lambda: "Say `cohort link` in the channel itself, where I am installed. Nothing was changed.")
channel_taken = text(lambda: "This channel already belongs to another cohort. Nothing was changed.")
linked = text(lambda cohort: "This is now the channel of **{cohort}**.")
channel_open = text(lambda cohort, channel: "The channel of **{cohort}** is open: {channel}. The notice is pinned, and people were let in.")
bookmark = text(lambda: "Your cohort's page")
seen_in_channel = text(lambda cohort: "You are in the channel of **{cohort}**. Would you like to take part? Then press Join.")
left_channel = text(lambda cohort: "You left the channel of **{cohort}**. You still take part, and messages still reach you here. What would you like?")
leave_too = text(lambda: "Leave the cohort too")
let_me_in_again = text(lambda: "Let me in again")
channel_soon = text(lambda: "I am letting you in again.")

# --- joining and leaving ---------------------------------------------------------------------------------
join = text(lambda: "Join")
unknown_code = text(lambda given: "I do not know the code “{given}”. Check it, or ask your facilitator for a new one.")
consent_title = text(lambda series: "Take part in {series}?")
consent = text(lambda cohort, who_sees: "You are about to join **{cohort}**. I will send you what you need for each session, and small prompts that you can always skip or stop.\n{who_sees}")
agree = text(lambda: "I agree, let me in")
maybe_later = text(lambda: "All right. The button above and your code keep working.")
already_in = text(lambda cohort: "You already take part in **{cohort}**.")
still_waiting = text(lambda cohort: "**{cohort}** is full, and you are on the waiting list. I will write to you when a seat is free.")
cohort_full = text(lambda cohort: "**{cohort}** is full right now. You are on the waiting list, and I will write to you when a seat is free. Type `leave` to give up your place.")
seat_free = text(lambda cohort: "A seat in **{cohort}** is free, and it is kept for you. Press Join to take it.")
joined_title = text(lambda cohort: "Welcome to {cohort}")
still_stopped = text(lambda: "You once typed `stop`, and that still holds: the messages that you refused do not come.")
messages_again = text(lambda: "Send me messages again")
joined = text(lambda: "You are in. I will let you into the channel, if there is one. Two small things to do next, both up to you.")
series_over = text(lambda cohort: "**{cohort}** is over, so nobody can join it any more. Ask your facilitator about the next one.")
not_enrolled = text(lambda cohort: "You do not take part in **{cohort}**. Nothing was changed. To join, type `join` and your code.")
already_left = text(lambda cohort: "You have already left **{cohort}**.")
left = text(lambda cohort: "You have left **{cohort}**. No more messages from it will come. Nothing was deleted: press Undo to come back.")
back_again = text(lambda cohort: "You are back in **{cohort}**.")

# --- introduce yourself ----------------------------------------------------------------------------------
introduce_yourself = text(lambda: "Introduce yourself")
introduce_intro = text(lambda: "Everything but your name may stay empty. Only what you choose to share goes to the channel.")
called_label = text(lambda: "What should people call you?")
told_role = text(lambda: "Role")
told_setting = text(lambda: "Works in")
told_organisation = text(lambda: "Organization")
told_state = text(lambda: "State")
told_hope = text(lambda: "Hopes for")
job_role_label = text(lambda: "Your role")
setting_label = text(lambda: "Where you work")
organisation_label = text(lambda: "Your organization")
state_label = text(lambda: "Your state")
hope_label = text(lambda: "What do you hope for?")
share_label = text(lambda: "Share this in my cohort's channel")
meet = text(lambda called: "Meet **{called}**.")
introduction_kept = text(lambda: "Saved. I posted nothing in the channel.")
introduction_no_channel = text(lambda: "Saved. Your cohort has no channel yet, so nothing was posted. Share it later with `introduce`.")
introduction_shared = text(lambda: "Saved, and shared with your cohort. Thank you!")
role_clinician = text(lambda: "Clinician")
role_peer_specialist = text(lambda: "Peer specialist")
role_supervisor = text(lambda: "Supervisor")
role_other = text(lambda: "Other")
setting_other = text(lambda: "Other")
role_leader = text(lambda: "Leader")
setting_community_clinic = text(lambda: "Community clinic")
setting_school = text(lambda: "School")
setting_tribal_health = text(lambda: "Tribal health")
setting_hospital = text(lambda: "Hospital")
setting_telehealth = text(lambda: "Telehealth")

# --- pause -----------------------------------------------------------------------------------------------
pause_title = text(lambda: "Pause messages")
pause_intro = text(lambda: "Optional messages wait until that day. What you need for a session still arrives.")
until_label = text(lambda: "First day with messages again")
pause_in_past = text(lambda: "Pick a day after today.")
pause_too_long = text(lambda: "A pause can last a year at most. To stop for good, type `stop` or `leave`.")
paused = text(lambda day: "Optional messages are paused until {day}. What you need for a session still arrives.")
paused_cohort = text(lambda cohort, day: "**{cohort}** is paused until {day}. Nothing from it arrives before.")
resume = text(lambda: "Resume now")
not_paused = text(lambda: "Nothing is paused. To pause, type `pause until` and a date.")
resumed = text(lambda: "Your pause is over. Messages arrive again.")

# --- settings --------------------------------------------------------------------------------------------
my_settings = text(lambda: "My settings")
settings_title = text(lambda: "Your settings")
settings_now = text(lambda zone, quiet, language, wanted: "Time zone: **{zone}**\nQuiet hours: **{quiet}**\nLanguage: **{language}**\nOptional messages: {wanted}")
zone_of_cohort = text(lambda: "your cohort's")
none_of_them = text(lambda: "none of them")
country_label = text(lambda: "Holidays of which country")
country_hint = text(lambda: "Two letters, such as US or MX. Leave it empty for the country of your time zone.")
country_unfit = text(lambda given: "{given} is not a country whose holidays we know. Use two letters, such as US.")
quiet_label = text(lambda: "Quiet hours")
quiet_hint = text(lambda: "No message comes then, like 17:00-08:00. Leave it empty for none.")
language_label = text(lambda: "Language")
language_unfit = text(lambda choices: "Please choose one of these languages: {choices}.")
wanted_label = text(lambda: "Optional messages you want")
wanted_hint = text(lambda: "What you need for a session arrives in any case.")
partners_label = text(lambda: "Pair me with a learning partner between sessions")
contact_label = text(lambda: "Partners and group mates on another platform may see my email address")
unknown_kind = text(lambda given, choices: "I do not know the messages “{given}”. Choose one of: {choices}. Or say it alone, for all optional ones.")
stopped_all = text(lambda: "Done: no more optional messages. What still arrives: when and where a session is, its join link, a moved or cancelled session, and the short form after a session. To stop those too, type `leave`.")
stopped_kind = text(lambda kind: "Done: no more “{kind}”. Everything else still arrives.")
started_all = text(lambda: "Done: all optional messages arrive again, two a week at most.")
started_kind = text(lambda kind: "Done: “{kind}” arrives again.")

# --- invitations and members -----------------------------------------------------------------------------
invite_title = text(lambda: "Invite people")
invitation = text(lambda series, cohort: "You are invited to **{series}** ({cohort}): live sessions with colleagues, and small steps in between. Press Join to see what it means and to take your seat.")
invite_preview = text(lambda fresh, before, message: "Not invited yet: **{fresh}**. Invited, but not joined: **{before}**.\nEach person gets this as a direct message, in their language:\n> {message}")
invite_them = text(lambda n: "Invite {n} person", "Invite {n} people")
remind_them = text(lambda n: "Remind {n} person", "Remind {n} people")
nobody_to_invite = text(lambda cohort: "Nobody in **{cohort}** waits for an invitation. Import a roster first: `import`.")
all_invited = text(lambda cohort: "Everybody in **{cohort}** has been invited already. Nothing was sent.")
inviting = text(lambda n: "{n} invitation is on its way. Type `members` to see who has joined.", "{n} invitations are on their way. Type `members` to see who has joined.")
looking_for = text(lambda n: "I look for one person by their address, and write to them if they have an account here. You hear in a few minutes if not.", "I look for {n} people by their addresses, and write to those who have an account here. You hear in a few minutes who has none.")
not_found_title = text(lambda cohort, n: "One person of {cohort} got no invitation", "{n} people of {cohort} got no invitation")
not_found_text = text(lambda names, code: "I found no account for {names}. Check their addresses with `member edit`, or tell them the code: `join {code}`.")
members_title = text(lambda cohort: "People in {cohort}")
members_summary = text(lambda held, capacity, unknown: "Seats taken: **{held}** of {capacity}. Not found on a chat platform yet: **{unknown}**.")
status_active = text(lambda n: "Taking part: {n}")
status_paused = text(lambda n: "Paused: {n}")
status_invited = text(lambda n: "Invited: {n}")
status_listed = text(lambda n: "On the list, not invited yet: {n}")
status_waiting = text(lambda n: "Waiting for a seat: {n}")
status_left = text(lambda n: "Left: {n}")
and_more = text(lambda n: "and {n} more")

# --- welcome ---------------------------------------------------------------------------------------------
welcome_title = text(lambda series: "Welcome to {series}")
welcome = text(lambda cohort: "We start in about a week, and you are part of **{cohort}**. Here is how we are together, and two small things to do before.")
welcome_context = text(lambda: "You can change your settings, pause, or stop optional messages at any time.")

# --- roles and set-up ------------------------------------------------------------------------------------
setup_done = text(lambda: "This community is already set up. An administrator can give you a role with `role give`.")
setup_wrong = text(lambda: "That is not the code. It was shown when the bot was installed. Nothing was changed.")
setup_wait = text(lambda: "Too many wrong codes. Wait an hour, then take the code from the log of the bot and try again.")
setup_welcome = text(lambda: "You are now an administrator. The code works no more. Next: check the community's settings.")
roles_title = text(lambda: "Who has which role")
give_role = text(lambda: "Give a role")
person_label = text(lambda: "Person")
role_label = text(lambda: "Role")
role_series_label = text(lambda: "For which series")
role_series_hint = text(lambda: "Leave it empty for the whole community.")
role_given = text(lambda name, role, where: "**{name}** is now {role} ({where}).")
role_taken = text(lambda name, role, where: "**{name}** is no longer {role} ({where}).")
has_no_role = text(lambda name, role: "{name} is not {role} there. Type `roles` to see who is.")
last_administrator = text(lambda: "This is the only administrator. Give the role to somebody else first.")
whole_community = text(lambda: "the whole community")
duty_administrator = text(lambda: "administrator")
duty_facilitator = text(lambda: "facilitator")
duty_presenter = text(lambda: "presenter")
duty_evaluator = text(lambda: "evaluator")

# --- the community ---------------------------------------------------------------------------------------
community_title = text(lambda: "Community settings")
name_label = text(lambda: "Name")
states_label = text(lambda: "States served")
states_hint = text(lambda: "Codes or names, with commas between them.")
languages_label = text(lambda: "Languages")
inside_label = text(lambda: "Smallest count shown inside")
outside_label = text(lambda: "Smallest count shown outside")
unknown_state = text(lambda given: "“{given}” is not a state. Write it like ID or Idaho.")
no_state = text(lambda: "Please name at least one state.")
cells_unfit = text(lambda least, most: "Counts go from {least} to {most}, and the one for outside may not be smaller than the one for inside.")


# --- tables of words -----------------------------------------------------------------------------------

MY_STATUS: Mapping[str, Words] = {
    "invited": my_invited,
    "active": my_active,
    "paused": my_paused,
    "waiting": my_waiting,
    "left": my_left,
}
MEMBER_FIELDS: Mapping[str, Words] = {
    "name": field_name,
    "email": field_email,
    "state": field_state,
    "zone": zone_label,
    "organisation": field_organisation,
    "setting": field_setting,
    "job_role": field_job_role,
    "language": language_label,
    "pronouns": field_pronouns,
}
STATUSES = {
    "active": status_active,
    "paused": status_paused,
    "invited": status_invited,
    "listed": status_listed,
    "waiting": status_waiting,
    "left": status_left,
}


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
    "other": role_other,
}
SETTINGS: Mapping[str, Words] = {
    "community_clinic": setting_community_clinic,
    "school": setting_school,
    "tribal_health": setting_tribal_health,
    "hospital": setting_hospital,
    "telehealth": setting_telehealth,
    "other": setting_other,
}


def language_name(language: str, code: str) -> str:
    """A language by its own name: ``English``, ``español``."""
    return Locale.parse(code or SOURCE_LANGUAGE).get_display_name() or code


join_this = text(lambda cohort: "Join {cohort}")
seen_in_team = text(lambda: "Welcome! This team has more than one learning cohort. Press the one that you are part of; if you are not sure, ask your facilitator.")
channel_public = text(lambda cohort: "This channel cannot be the channel of {cohort}: it is public, and Throughline works in private channels. Make the channel private and write `cohort link` again, or let `cohort open` make one.")
channel_without_me = text(lambda cohort: "This channel cannot be the channel of {cohort} yet: Throughline is not in it. Write `/invite @Throughline` there, and then `cohort link` again.")
load_ahead = text(lambda week, day, during, after: "To expect: about **{week} a week** until {day} ({during} messages in all), then about **{after}** over the three months after. Join links are not counted. `settings` changes it.")
choice_with_load = text(lambda choice, n: "{choice} (about {n})")
wanted_hint_counted = text(lambda: "What you need for a session arrives in any case. The number says about how many messages that is from now on.")
title_of_welcome = text(lambda: "Welcome")
title_of_invitations_not_found = text(lambda: "Invitations that found nobody")
