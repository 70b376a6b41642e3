"""Learning partners: who is paired with whom, did they meet, and sitting out."""

from prompts.catalog import message
from prompts.text import Marked


@message
def summary() -> str:
    """Your learning partner, and how to skip, pause or come back"""


@message
def skip_summary() -> str:
    """Sit out one round of learning partners"""


@message
def pause_summary() -> str:
    """Pause learning partners until a date"""


@message
def back_summary() -> str:
    """Be paired with learning partners again"""


@message
def round_summary() -> str:
    """Form learning partners now: look first, then tell them"""


@message
def told_title() -> str:
    """Your learning partner"""


@message
def told_two(names: str) -> str:
    """Your partner until the next round is {names}. Find 20 minutes to talk."""


@message
def told_trio(names: str) -> str:
    """Your partners until the next round are {names}. Find 20 minutes to talk."""


@message
def why_three() -> str:
    """You are three: the number of people is odd. Who sits in a trio takes turns."""


@message
def told_alone() -> str:
    """Your partner had to leave this round. You will be paired again in the next one."""


@message
def starter_label() -> str:
    """Who starts"""


@message
def starter_me() -> str:
    """You. Write first and offer two times."""


@message
def starter_other(name: str) -> str:
    """{name} writes first. If they do not, you can."""


@message
def icebreaker_label() -> str:
    """To break the ice"""


@message
def quiet_so_far() -> str:
    """We did not hear from you in two rounds. After a third one, we pause pairing for you."""


@message
def skip_button() -> str:
    """Skip a round"""


@message
def pause_button() -> str:
    """Pause until…"""


@message
def back_button() -> str:
    """Pair me again"""


@message
def check_title() -> str:
    """Did you meet?"""


@message
def check_text(names: str) -> str:
    """You were paired with {names}. Did you meet? Only counts are shown, never who said what."""


@message
def ask_again_text(names: str) -> str:
    """Just once more: did you get to meet {names}? This is the last time we ask in this round."""


@message
def yes() -> str:
    """Yes, we met"""


@message
def scheduled() -> str:
    """We set a time"""


@message
def not_yet() -> str:
    """Not yet"""


@message
def no() -> str:
    """No"""


@message
def thanks_yes() -> str:
    """Good to hear. You will get someone new in the next round."""


@message
def thanks_scheduled() -> str:
    """Good. We will ask once more in two days."""


@message
def thanks_not_yet() -> str:
    """There is still time. We will ask once more in two days."""


@message
def thanks_no() -> str:
    """Thanks for telling us. That stays between you and the bot."""


@message
def not_your_group() -> str:
    """This question was for someone else, or its round is gone. Type `partners` to see yours."""


@message
def not_enrolled() -> str:
    """You do not take part in this cohort. Type `me` to see yours."""


@message
def skips_this() -> str:
    """You sit out this round. You are back in the one after it."""


@message
def skips_next() -> str:
    """You sit out the next round. You are back in the one after it."""


@message
def paused_until(day: str) -> str:
    """Paused. From {day} you are paired again without doing a thing."""


@message
def until_past() -> str:
    """Pick a day after today."""


@message
def until_far() -> str:
    """Pick a day within a year."""


@message
def pause_title() -> str:
    """Pause partners"""


@message
def until_label() -> str:
    """First day to be paired again"""


@message
def save() -> str:
    """Save"""


@message
def back_again() -> str:
    """You will be paired in the next round."""


@message
def silent_paused() -> str:
    """Three rounds went by without a word, so we paused pairing for you. Come back any time."""


@message
def mine_title() -> str:
    """Learning partners"""


@message
def mine_none() -> str:
    """You have no partner right now. You will be paired in the next round."""


@message
def mine_out() -> str:
    """You are not paired in rounds now."""


@message
def status_title(cohort: str) -> str:
    """Learning partners in {cohort}"""


@message
def status_none() -> str:
    """There was no round yet."""


@message
def status_text(when: str) -> str:
    """The last round was made {when}."""


@message
def in_label() -> str:
    """Take part"""


@message
def paused_label() -> str:
    """Sit out now"""


@message
def met_label() -> str:
    """Groups that met"""


@message
def met_value(met: int, groups: int) -> str:
    """{met} of {groups}"""


@message
def drifting_label() -> str:
    """Drifting"""


@message
def drifting_none() -> str:
    """Nobody"""


@message
def drifting_note() -> str:
    """Drifting: did not meet in their last two rounds. Why, and who said what, is never shown."""


@message
def form_button() -> str:
    """Form a round now"""


@message
def too_few() -> str:
    """Pairing needs two people who said yes to partners. People turn it on with `settings partners=yes`."""


@message
def opened(n: int) -> str:
    """{n} group is told now.
    ---
    {n} groups are told now.
    """


def answer_label(language: str, answer: str) -> Marked:
    """The button of an answer to "did you meet?"."""
    return {"yes": yes, "scheduled": scheduled, "not_yet": not_yet, "no": no}[answer](language)


def thanks(language: str, answer: str) -> Marked:
    """What is said back to it."""
    told = {"yes": thanks_yes, "scheduled": thanks_scheduled, "not_yet": thanks_not_yet, "no": thanks_no}
    return told[answer](language)


@message
def every_summary() -> str:
    """Set how many weeks lie between two rounds"""


@message
def weeks_unfit(most: int) -> str:
    """Give a number of weeks from 0 to {most}. 0 means a round after every session."""


@message
def every_weeks(n: int) -> str:
    """From now on {n} week lies between two rounds of learning partners, at least.
    ---
    From now on {n} weeks lie between two rounds of learning partners, at least."""


@message
def every_session() -> str:
    """From now on there is a round of learning partners after every session."""
