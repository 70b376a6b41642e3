"""Planned messages in a facilitator's hands."""

from collections.abc import Callable

from babel import Locale

from prompts.catalog import text
from prompts.text import Marked, marked

nudges_summary = text(lambda: "See every message that is planned, and edit, hold or send it")
list_title = text(lambda cohort: "Planned messages of {cohort}")
list_intro = text(lambda n: "{n} message is still to go out. The soonest comes first.", "{n} messages are still to go out. The soonest comes first.")
list_today = text(lambda n: "{n} messages are still to go out. These matter today: what waits for you, then the soonest.")
show_all = text(lambda n: "Show all {n} here")
open_series_page = text(lambda: "Open the series page")
nothing_planned = text(lambda: "Nothing is planned to go out. Messages are planned when the cohort has sessions: `session new` adds one.")
not_planned_yet = text(lambda: "Nothing is planned to go out yet. The messages of its sessions are planned as soon as people take part and the channel is open: `invite` asks them, `cohort open` opens it.")
bundle_title = text(lambda n: "{n} thing for you", "{n} things for you")
list_context = text(lambda: "Each goes out at its time unless you hold it.")
some_failed = text(lambda n: "{n} message could not be delivered. My note to you says for whom, why, and how to send again.", "{n} messages could not be delivered. My note to you says for whom, why, and how to send again.")
going_out = text(lambda when, n: "{when}, {n} copy", "{when}, {n} copies")
of_session = text(lambda kind, number, title: "{kind} · session {number}: {title}")
no_idea_yet = text(lambda number: "No key idea is approved yet, so none is in it. `ideas {number}` shows them, each with a button to approve it.")
is_held = text(lambda text: "**On hold.** {text}")
awaits_release = text(lambda text: "**Waits for your approval.** {text}")
show_more = text(lambda n: "{n} more")
preview = text(lambda: "Preview")
edit = text(lambda: "Edit")
hold = text(lambda: "Hold")
release = text(lambda: "Release")
move = text(lambda: "Move")
send_now = text(lambda: "Send now")
sure_now = text(lambda n, kind: "Send “{kind}” now? One copy goes out at once.", "Send “{kind}” now? {n} copies go out at once.")
warning_title = text(lambda n, number, title: "Session {number} ({title}): one thing is missing", "Session {number} ({title}): {n} things are missing")
no_join_link = text(lambda: "It has no join link, so nobody can get in.")
set_link = text(lambda: "Set the link")
no_channel = text(lambda platforms: "The cohort has no channel on {platforms}. Posts for everyone do not arrive there, and groups are told one by one.")
open_channel = text(lambda: "Open or link a channel")
not_reached = text(lambda n, names: "One person cannot be reached: {names}.", "{n} people cannot be reached: {names}.")
see_people = text(lambda: "See the people")
no_ideas = text(lambda: "No key idea is approved yet. Looking back and make it stick begin with them.")
write_ideas = text(lambda: "Write the key ideas")
no_presenter = text(lambda: "Nobody is named as presenter.")
name_presenter = text(lambda: "Name a presenter")
may_have_arrived = text(lambda: "The connection broke while this was on its way. It may or may not have arrived.")
doubts_title = text(lambda n: "{n} message may or may not have arrived", "{n} messages may or may not have arrived")
doubts_text = text(lambda cohort: "{cohort}: the connection broke just then, and nothing was sent twice on a guess. Send again what is needed; who has it already gets it a second time.")
doubts_context = text(lambda: "`nudges` shows them until you decide.")
send_again = text(lambda: "Send again")
leave_it = text(lambda: "Leave it")
preview_title = text(lambda kind: "Preview: {kind}")
bold = text(lambda text: "**{text}**")
goes_out = text(lambda when: "Goes out {when}.")
with_buttons = text(lambda when, buttons: "{when} Its buttons: {buttons}.")
nothing_to_send = text(lambda: "As things stand there is nothing to say, so it would not go out. It is looked at again at its time.")
held_now = text(lambda kind: "“{kind}” is on hold. Nothing goes out until you release it.")
released_now = text(lambda kind, when: "“{kind}” goes out at its time, {when}.")
on_its_way = text(lambda n: "{n} copy is on its way.", "{n} copies are on their way.")
taken_as_arrived = text(lambda: "Good. It counts as delivered.")
decided_already = text(lambda: "Somebody has decided about this message already. Type `nudges` to see how things stand.")
gone_already = text(lambda: "This message has gone out already, or is not planned any more. Nothing was changed. Type `nudges` to see what is still to come.")
not_found = text(lambda: "I cannot find that message here. Type `nudges` to see what is planned.")
move_title = text(lambda: "Move a message")
move_intro = text(lambda kind: "When should “{kind}” go out? The time is each reader's own.")
day_label = text(lambda: "Day")
time_label = text(lambda: "Time")
is_past = text(lambda: "That is over already. Choose a later moment.")
is_too_late = text(lambda when: "This message has nothing to say from {when} on, and would not go out. Choose an earlier moment.")
moved_now = text(lambda kind, when: "“{kind}” now goes out on {when}, each reader's own time.")
moved_since = text(lambda: "Somebody has moved this message since, so it stays where it is. Type `nudges` to see when it goes out.")
moved_back = text(lambda kind, when: "“{kind}” goes out as before the move, {when}.")
changed_since = text(lambda: "Somebody has edited this message since, so their words stay. Press Edit to see them.")
undo = text(lambda: "Undo")
edit_title = text(lambda: "Edit a message")
save = text(lambda: "Save")
edit_intro = text(lambda kind: "Your words replace the title and the text of “{kind}”. What is personal in it stays.")
title_label = text(lambda language: "Title ({language})")
text_label = text(lambda language: "Text ({language})")
time_hint = text(lambda time: "Where it says {time}, everybody reads the time in their own zone, after a move the new one.")
cannot_fill = text(lambda given: "I cannot fill in {given} in this message. Take it out, or write the words themselves.")
cannot_fill_but_time = text(lambda given, time: "I cannot fill in {given} in this message. Only {time} is known here.")
not_edited_in = text(lambda languages: "Not edited in: {languages}. Those readers get the message in its own words. Press Edit to write it for them, too.")
text_hint = text(lambda: "Empty brings the usual text back. **Bold**, lists with - and links work.")
changed_meanwhile = text(lambda: "Somebody else edited this message while you were writing. Nothing of yours was saved: open it again to see theirs.")
kind_welcome = text(lambda: "Welcome")
kind_look_ahead = text(lambda: "Look ahead")
kind_look_back = text(lambda: "Look back & look ahead")
kind_make_it_stick = text(lambda: "Make it stick")
kind_session_tomorrow = text(lambda: "Session in a day")
kind_join_link = text(lambda: "Join link")
kind_presenter_planning = text(lambda: "Planning with presenters")
kind_presenter_checklist = text(lambda: "Presenters' checklist")
kind_presenter_tech_check = text(lambda: "Presenters' tech check")
kind_form_live = text(lambda: "Form in the session")
kind_post_session_form = text(lambda: "Session form")
kind_series_form = text(lambda: "Series form")
kind_form_reminder = text(lambda: "Form reminder")
kind_follow_up_form = text(lambda: "Follow-up form")
kind_commitment_check_in = text(lambda: "Commitment check-in")
kind_partner_round = text(lambda: "Learning partners")
kind_partner_check = text(lambda: "Partners: did you meet?")
kind_partner_ask_again = text(lambda: "Partners: second ask")
kind_reflection_prompt = text(lambda: "Reflection prompt")
kind_note = text(lambda: "Message")
kind_commitment_rehearsal = text(lambda: "Plan rehearsal")
kind_bundle = text(lambda: "Several in one")
kind_message_preview = text(lambda: "Preview for facilitators")
kind_week_ahead = text(lambda: "Your week")
kind_invitations_not_found = text(lambda: "Invitations that found nobody")
kind_breakout_trouble = text(lambda: "Breakout groups that could not meet")
kind_unreachable_people = text(lambda: "People who cannot be reached")
kind_session_warning = text(lambda: "What tomorrow's session lacks")
cost_summary = text(lambda: "See what the messages cost people: stops, pauses, “later” and “fewer”")
cost_title = text(lambda cohort: "What the messages of {cohort} cost")
cost_nothing = text(lambda: "No message has gone out yet.")
cost_text = text(lambda: "Stops, pauses, “in a week” and “fewer” per 100 messages, with the 95 % interval. A way out counts for the last message before it.")
cost_by_kind = text(lambda: "By kind")
cost_by_place = text(lambda: "By place in the series")
cost_after = text(lambda: "after the last session")
cost_before = text(lambda number: "before session {number}")
cost_line = text(lambda kind, rate, low, high, n: "{kind}: {rate} ({low}–{high}) of {n}")
cost_warning = text(lambda kind, rate, low, high, n: "**{kind}: {rate} ({low}–{high}) of {n}. Too many: send fewer of these, or other ones.**")
cost_hidden = text(lambda kind, n: "{kind}: hidden, of {n}")
cost_context = text(lambda k: "Counts below {k}, and what would give them away, are hidden.")
folded_so_far = text(lambda folded, left: "Shared a message: {folded}. Left out for want of room: {left}.")


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
    "commitment_rehearsal": kind_commitment_rehearsal,
    "message_preview": kind_message_preview,
    "week_ahead": kind_week_ahead,
    "bundle": kind_bundle,
    "note": kind_note,
    "invitations_not_found": kind_invitations_not_found,
    "breakout_trouble": kind_breakout_trouble,
    "unreachable_people": kind_unreachable_people,
    "session_warning": kind_session_warning,
}


def kind(language: str, slug: str) -> Marked:
    """What a kind of message is called; one that nobody declares any more, by its slug."""
    return KINDS[slug](language) if slug in KINDS else marked(slug.replace("_", " "))


def language_name(language: str, code: str) -> str:
    """``Spanish`` · ``español``: a language's name in the reader's."""
    return Locale(code).get_display_name(language) or code


def in_language(language: str, code: str) -> str:
    """The label of a button that shows the same in another language, in that language's own name."""
    return (Locale(code).get_display_name(code) or code).capitalize()
