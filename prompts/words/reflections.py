"""Reflections and commitments: prompts, answers, plans, check-ins."""

from prompts.catalog import text
from prompts.text import Marked

who_sees_label = text(lambda: "Who may see this?")
who_sees_hint = text(lambda: "Only you, unless you choose somebody here. Your name stands with what you share.")
private = text(lambda: "Only me")
partner = text(lambda: "My learning partner")
group = text(lambda: "My breakout group")
cohort = text(lambda: "The whole cohort")
facilitators = text(lambda: "The facilitators")
save = text(lambda: "Save")
answer = text(lambda: "Answer")
step = text(lambda minutes, text: "- **{minutes} min** {text}")
steps_title = text(lambda minutes: "Step by step, {minutes} minutes")
scale_ends = text(lambda low, high: '0 is "{low}", 10 is "{high}".')
own_words = text(lambda: "Or in your own words")
not_yours = text(lambda: "You do not take part in that cohort. Type `me` to see yours.")
no_such_session = text(lambda number, cohort, numbers: "**{cohort}** has no session {number}. It has: {numbers}.")
reflect_title = text(lambda: "What would you like to reflect on?")
all_kinds = text(lambda: "All twelve prompts")
reflect_now = text(lambda: "Reflect")
which_cohort = text(lambda: "You take part in more than one cohort. Which one is it about?")
no_such_kind = text(lambda given, names: 'There is no prompt called "{given}". Choose one of: {names}.')
nothing_saved = text(lambda: "Nothing was written, so nothing was saved. Skipping is always fine.")
empty_edit = text(lambda: "Please write something, or delete the reflection instead.")
saved_title = text(lambda: "Saved")
saved = text(lambda audience: "Who sees it: **{audience}**.")
key_ideas = text(lambda: "The key ideas of that session")
already_shared = text(lambda: "What you shared before stays in the chat where it was posted.")
edit = text(lambda: "Edit")
delete = text(lambda: "Delete")
sure = text(lambda: "Delete it for good?")
stale_prompt = text(lambda: "That prompt is not there any more. Type `reflect` to choose one.")
no_reflection = text(lambda: "There is no such reflection of yours. Type `my reflections` to see them.")
no_reflections = text(lambda: "You have not written any reflection yet. Type `reflect` to begin.")
my_reflections_title = text(lambda: "Your reflections")
counted = text(lambda n, shown: "{n} reflection, {shown} shown.", "{n} reflections, the newest {shown} shown. Type `export` to get all.")
seen_by = text(lambda audience: "Who sees it: {audience}")
already_deleted = text(lambda: "That reflection is gone already.")
deleted = text(lambda: "Deleted for good.")
deleted_shared = text(lambda: "Deleted here for good. What you had shared stays in the chat where it was posted, until you delete it there or ask a facilitator.")
shared_title = text(lambda name, kind: "{name} shared: {kind}")
shared_context = text(lambda audience: "Shared by its writer with: {audience}.")
saved_reply = text(lambda: "Saved as your private reflection.")
undo = text(lambda: "Undo")
add_or_share = text(lambda: "Add to it or share it")
undone = text(lambda: "Undone. I kept nothing of it.")
prompt_preview_title = text(lambda: "Preview: nothing is sent yet")
prompt_preview = text(lambda n, cohort: "This goes to {n} person in **{cohort}**, as a direct message, now.", "This goes to {n} people in **{cohort}**, to each as a direct message, now.")
send_prompt = text(lambda n: "Send it to {n} person", "Send it to {n} people")
other_wording = text(lambda: "Another wording")
prompt_already_sent = text(lambda: "This wording went out for that session already. Nothing was sent again.")
prompt_sent = text(lambda n: "On its way to {n} person. Answers are theirs: you see what they choose to share.", "On its way to {n} people. Answers are theirs: you see what they choose to share.")
prompt_context = text(lambda private: "{private} Press Answer, or just write back here.")
prompt_skipped = text(lambda: "Skipped. That is always fine.")
plan = text(lambda cue, lead, action: "{cue}, {lead} {action}")
commit_title = text(lambda: "What will you do?")
commit_intro = text(lambda: "Choose up to three, or write your own. Only you see them; facilitators see counts. I ask you in three days how it went.")
cue_hint = text(lambda: "A moment that is sure to come. You can leave it empty.")
action_missing = text(lambda: "You picked a cue. What will you do then?")
three_at_most = text(lambda: "Three commitments are the most. Please leave one out.")
plan_too_long = text(lambda most: "That plan is too long. Please say it in {most} characters or fewer.")
committed_title = text(lambda: "Your commitment")
see_commitments = text(lambda: "My commitments")
committed_context = text(lambda day: "I will ask you on {day} how it went. Only you see this.")
committed_before = text(lambda: "You had this one already, so nothing was added.")
no_commitments = text(lambda: "You have no open commitment.")
write_one = text(lambda: "Write one")
my_commitments_title = text(lambda: "Your commitments")
status_line = text(lambda status: "Now: **{status}**.")
asked_on = text(lambda day: "I will ask on {day}.")
carry_forward = text(lambda: "Ask me in a week")
no_commitment = text(lambda: "There is no such commitment of yours. Type `my commitments` to see them.")
status_set = text(lambda plan, status: "{plan}: **{status}**.")
pick_up_again = text(lambda: "Pick it up again")
intended = text(lambda: "Planned")
tried = text(lambda: "Tried it")
working = text(lambda: "It works")
changed = text(lambda: "Changed it")
let_go = text(lambda: "Let it go")
done = text(lambda: "Done")
partly = text(lambda: "Partly")
not_yet = text(lambda: "Not yet")
changed_plan = text(lambda: "I changed the plan")
check_in_title = text(lambda: "How did it go?")
check_in = text(lambda plan: "You planned: {plan}")
check_in_context = text(lambda: "One tap is enough. Any answer is a good answer. Only you see it; facilitators see counts.")
ask_later = text(lambda: "Ask me in 3 days")
stop_asking = text(lambda: "Stop asking")
answer_thanks = text(lambda answer: "Thank you. Noted: **{answer}**.")
will_ask = text(lambda day: "I will ask you on {day}.")
will_not_ask = text(lambda: "I will not ask about it any more. The commitment is still on your list.")
ask_after_all = text(lambda: "Ask me after all")
tally_title = text(lambda cohort: "Commitments in {cohort}")
tally_hidden = text(lambda k: "Fewer than {k} people have a commitment. Counts are shown from {k} people up, so that nobody can be found.")
tally_total = text(lambda n: "{n} people have a commitment. Each counts once, by the latest.")
tally_context = text(lambda k: "Counts below {k} are hidden, and with them whatever would give them away.")
hidden_count = text(lambda: "hidden")
reflect_summary = text(lambda: "Reflect on a session with one of twelve short prompts")
my_reflections_summary = text(lambda: "See, edit or delete what you wrote")
commit_summary = text(lambda: "Plan one small thing you will do")
my_commitments_summary = text(lambda: "See your commitments and say what became of them")
prompt_summary = text(lambda: "Send a prompt to a cohort, after a preview")
tally_summary = text(lambda: "See how many people committed, never who")


_AUDIENCES = {
    "private": private,
    "partner": partner,
    "group": group,
    "cohort": cohort,
    "facilitators": facilitators,
}
_STATUSES = {"intended": intended, "tried": tried, "working": working, "changed": changed, "let_go": let_go}
_ANSWERS = {"done": done, "partly": partly, "not": not_yet, "changed": changed_plan}


def audience(language: str, visibility: str) -> Marked:
    """Who sees a reflection, by the name of its visibility."""
    return _AUDIENCES[visibility](language)


def status(language: str, name: str) -> Marked:
    """What has become of a commitment."""
    return _STATUSES[name](language)


def follow_up(language: str, name: str) -> Marked:
    """An answer to a check-in."""
    return _ANSWERS[name](language)


rehearsal_title = text(lambda: "Your plan, once in your mind")
rehearse_cue = text(lambda cue: "**{cue}**, then …?")
rehearse_moment = text(lambda action: "You planned: {action} When and where will it be?")
show_my_plan = text(lambda: "Show my plan")
i_see_it = text(lambda: "I have a moment in mind")
rehearsed = text(lambda plan: "{plan} Picture it once, and it will come to you more easily.")
check_in_several = text(lambda n: "You made {n} plan. One tap is enough.", "You made {n} plans. One tap for each is enough.")
what_will_you_do = text(lambda: "What will you do?")
closing_text = text(lambda: "Choose up to three, or write your own. Choosing now works far better than writing later.")
choose_now = text(lambda: "Choose")
title_of_commitment_check_in = text(lambda: "Commitment check-in")
title_of_reflection_prompt = text(lambda: "Reflection prompt")
title_of_commitment_rehearsal = text(lambda: "Plan rehearsal")
stop_commitment_check_in = text(lambda: "how my plan went")
stop_commitment_rehearsal = text(lambda: "rehearsing my plan the next day")
stop_reflection_prompt = text(lambda: "reflection prompts")
