"""Learning partners: who is paired with whom, did they meet, and sitting out."""

from prompts.catalog import text
from prompts.text import Marked

summary = text(lambda: "Your learning partner, and how to skip, pause or come back")
skip_summary = text(lambda: "Sit out one round of learning partners")
pause_summary = text(lambda: "Pause learning partners until a date")
back_summary = text(lambda: "Be paired with learning partners again")
round_summary = text(lambda: "Form learning partners now: look first, then tell them")
told_title = text(lambda: "Your learning partner")
told_two = text(lambda names: "Your partner until the next round is {names}. Find 20 minutes to talk.")
told_trio = text(lambda names: "Your partners until the next round are {names}. Find 20 minutes to talk.")
why_three = text(lambda: "You are three: the number of people is odd. Who sits in a trio takes turns.")
told_alone = text(lambda: "Your partner had to leave this round. You will be paired again in the next one.")
starter_label = text(lambda: "Who starts")
reach_label = text(lambda: "How to reach them")
reach_by_email = text(lambda name, email: "{name} is on another platform: {email}")
reach_not = text(lambda name: "{name} is on another platform, so you cannot write to each other here. If you both set `settings contact=yes`, each sees the other's email address.")
partner_left = text(lambda name: "{name} does not take part any more. You will be paired again in the next round.")
left_of_trio = text(lambda name, names: "{name} does not take part any more. You go on with {names}.")
starter_me = text(lambda: "You. Write first and offer two times.")
starter_other = text(lambda name: "{name} writes first. If they do not, you can.")
icebreaker_label = text(lambda: "To break the ice")
quiet_so_far = text(lambda: "We did not hear from you in two rounds. After a third one, we pause pairing for you.")
skip_button = text(lambda: "Skip a round")
pause_button = text(lambda: "Pause until…")
back_button = text(lambda: "Pair me again")
check_title = text(lambda: "Did you meet?")
check_text = text(lambda names: "You were paired with {names}. Did you meet? Only counts are shown, never who said what.")
ask_again_text = text(lambda names: "Just once more: did you get to meet {names}? This is the last time we ask in this round.")
yes = text(lambda: "Yes, we met")
scheduled = text(lambda: "We set a time")
not_yet = text(lambda: "Not yet")
no = text(lambda: "No")
thanks_yes = text(lambda: "Good to hear. You will get someone new in the next round.")
thanks_scheduled = text(lambda: "Good. We will ask once more in two days.")
thanks_not_yet = text(lambda: "There is still time. We will ask once more in two days.")
thanks_no = text(lambda: "Thanks for telling us. That stays between you and the bot.")
not_your_group = text(lambda: "This question was for someone else, or its round is gone. Type `partners` to see yours.")
not_enrolled = text(lambda: "You do not take part in this cohort. Type `me` to see yours.")
skips_this = text(lambda: "You sit out this round. You are back in the one after it.")
skips_next = text(lambda: "You sit out the next round. You are back in the one after it.")
paused_until = text(lambda day: "Paused. From {day} you are paired again without doing a thing.")
until_past = text(lambda: "Pick a day after today.")
until_far = text(lambda: "Pick a day within a year.")
pause_title = text(lambda: "Pause partners")
until_label = text(lambda: "First day to be paired again")
save = text(lambda: "Save")
back_again = text(lambda: "You will be paired in the next round.")
silent_paused = text(lambda: "Three rounds went by without a word, so we paused pairing for you. Come back any time.")
mine_title = text(lambda: "Learning partners")
mine_none = text(lambda: "You have no partner right now. You will be paired in the next round.")
mine_out = text(lambda: "You are not paired in rounds now.")
status_title = text(lambda cohort: "Learning partners in {cohort}")
status_none = text(lambda: "There was no round yet.")
status_text = text(lambda when: "The last round was made {when}.")
in_label = text(lambda: "Take part")
paused_label = text(lambda: "Sit out now")
met_label = text(lambda: "Groups that met")
met_value = text(lambda met, groups: "{met} of {groups}")
drifting_label = text(lambda: "Drifting")
drifting_none = text(lambda: "Nobody")
drifting_note = text(lambda: "Drifting: did not meet in their last two rounds. Why, and who said what, is never shown.")
form_button = text(lambda: "Form a round now")
too_few = text(lambda: "Pairing needs two people who said yes to partners. People turn it on with `settings partners=yes`.")
opened = text(lambda n: "{n} group is told now.", "{n} groups are told now.")


def answer_label(language: str, answer: str) -> Marked:
    """The button of an answer to "did you meet?"."""
    return {"yes": yes, "scheduled": scheduled, "not_yet": not_yet, "no": no}[answer](language)


def thanks(language: str, answer: str) -> Marked:
    """What is said back to it."""
    told = {"yes": thanks_yes, "scheduled": thanks_scheduled, "not_yet": thanks_not_yet, "no": thanks_no}
    return told[answer](language)


every_summary = text(lambda: "Set how many weeks lie between two rounds")
weeks_unfit = text(lambda most: "Give a number of weeks from 0 to {most}. 0 means a round after every session.")
every_weeks = text(lambda n: "From now on {n} week lies between two rounds of learning partners, at least.", "From now on {n} weeks lie between two rounds of learning partners, at least.")
every_session = text(lambda: "From now on there is a round of learning partners after every session.")
