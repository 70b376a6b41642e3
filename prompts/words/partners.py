"""Learning partners between sessions."""

from prompts.catalog import message


@message
def summary() -> str:
    """See your partner, or how pairs are doing"""


@message
def new_summary() -> str:
    """Make new pairs now"""


@message
def skip_summary() -> str:
    """Sit out the next round of partners"""


@message
def pause_summary() -> str:
    """Pause partners until a day"""


@message
def resume_summary() -> str:
    """Come back to partners"""


@message
def round_title() -> str:
    """Your learning partner"""


@message
def round_text(names: str) -> str:
    """You are with {names}. Find 20 minutes to talk this week."""


@message
def you_start() -> str:
    """You start: send the first message."""


@message
def they_start(name: str) -> str:
    """{name} starts and will write to you."""


@message
def icebreaker() -> str:
    """To begin with"""


@message
def check_title() -> str:
    """Did you meet?"""


@message
def check_text(names: str) -> str:
    """You were paired with {names}. Your answer is not shown by name."""


@message
def yes() -> str:
    """Yes"""


@message
def scheduled() -> str:
    """We have a time"""


@message
def not_yet() -> str:
    """Not yet"""


@message
def no() -> str:
    """No"""


@message
def thanks() -> str:
    """Thank you. That is noted."""


@message
def none_now() -> str:
    """You have no learning partner now. Turn partners on in your settings."""


@message
def not_yours() -> str:
    """This is not your pair."""


@message
def skipped() -> str:
    """You sit out the next round. After that you are back."""


@message
def paused(day: str) -> str:
    """Partners are paused. You are back on {day}."""


@message
def pause_in_past() -> str:
    """Choose a day after today."""


@message
def back() -> str:
    """You are back. You get a partner in the next round."""


@message
def come_back() -> str:
    """Come back"""


@message
def silent_title() -> str:
    """Partners are paused for you"""


@message
def silent_text() -> str:
    """We did not hear from you for three rounds, so we stopped pairing you. Come back when you like."""


@message
def made(n: str) -> str:
    """New pairs are made for {n} people. They hear of it now."""


@message
def too_few() -> str:
    """Pairs need two people who turned partners on."""


@message
def cannot_pair() -> str:
    """No pairs fit the rules now. Look at the pair rules, or try with more people."""


@message
def status_title() -> str:
    """Learning partners"""


@message
def status_text(taking: str, paused: str) -> str:
    """{taking} take part, {paused} paused."""


@message
def heard(heard: str, asked: str) -> str:
    """{heard} of {asked} people answered in the last round."""


@message
def drifting() -> str:
    """Drifting: two or more silent rounds"""


@message
def nobody() -> str:
    """Nobody"""
