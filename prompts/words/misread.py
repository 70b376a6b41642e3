"""What the bot answers to a date, time, length, zone or yes/no that it could not read."""

from prompts import dates
from prompts.catalog import message
from prompts.text import Marked


@message
def date_unclear(said: str) -> str:
    """I could not read “{said}” as a date. Write it like 2027-02-23 or 23 Feb."""


@message
def date_impossible(said: str) -> str:
    """“{said}” is not in the calendar. Check the day and the month, and write it like 2027-02-23."""


@message
def date_other_weekday(said: str, choices: str) -> str:
    """“{said}” falls on another day of the week. Did you mean {choices}?"""


@message
def time_unclear(said: str) -> str:
    """I could not read “{said}” as a time. Write it like 12:30 or 2 pm."""


@message
def time_impossible(said: str) -> str:
    """There is no such time as “{said}”. Write it like 12:30 or 2 pm."""


@message
def time_am_or_pm(said: str, choices: str) -> str:
    """Is “{said}” morning or afternoon? Write {choices}."""


@message
def duration_unclear(said: str) -> str:
    """I could not read “{said}” as a length. Write minutes, like 90, or 1h30."""


@message
def duration_zero() -> str:
    """The length must be at least one minute."""


@message
def duration_too_long(said: str) -> str:
    """“{said}” is longer than a day. Write minutes, like 90, or 1h30."""


@message
def quiet_hours_unclear(said: str) -> str:
    """I could not read “{said}” as quiet hours. Write them like 17:00-08:00, or off."""


@message
def quiet_hours_empty() -> str:
    """Quiet hours need a start and a different end, like 17:00-08:00. Write off for none."""


@message
def yes_no_unclear(said: str) -> str:
    """Please answer yes or no. I read “{said}”."""


@message
def zone_unclear(said: str) -> str:
    """I do not know the time zone “{said}”. Write a city, like Boise or Anchorage, or a name like America/Boise."""


@message
def zone_two_in_state(said: str, choices: str) -> str:
    """{said} has two time zones. Choose one: {choices}."""


def sentence(language: str, key: str, said: str, choices: tuple[str, ...]) -> Marked:
    """The sentence for a `bot.parsing.Misread`; its key is ours with a dot."""
    say = globals()[key.replace(".", "_")]
    values = {"said": said, "choices": dates.one_of(language, list(choices))}
    return Marked(say(language, **{name: values[name] for name in say.parameters}))
