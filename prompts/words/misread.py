"""What the bot answers to a date, time, length, zone or yes/no that it could not read."""

from prompts import dates
from prompts.catalog import text
from prompts.text import Marked

date_unclear = text(lambda said: "I could not read “{said}” as a date. Write it like 2027-02-23 or 23 Feb.")
date_impossible = text(lambda said: "“{said}” is not in the calendar. Check the day and the month, and write it like 2027-02-23.")
date_other_weekday = text(lambda said, choices: "“{said}” falls on another day of the week. Did you mean {choices}?")
time_unclear = text(lambda said: "I could not read “{said}” as a time. Write it like 12:30 or 2 pm.")
time_impossible = text(lambda said: "There is no such time as “{said}”. Write it like 12:30 or 2 pm.")
time_am_or_pm = text(lambda said, choices: "Is “{said}” morning or afternoon? Write {choices}.")
duration_unclear = text(lambda said: "I could not read “{said}” as a length. Write minutes, like 90, or 1h30.")
duration_zero = text(lambda: "The length must be at least one minute.")
duration_too_long = text(lambda said: "“{said}” is longer than a day. Write minutes, like 90, or 1h30.")
quiet_hours_unclear = text(lambda said: "I could not read “{said}” as quiet hours. Write them like 17:00-08:00, or off.")
quiet_hours_empty = text(lambda: "Quiet hours need a start and a different end, like 17:00-08:00. Write off for none.")
yes_no_unclear = text(lambda said: "Please answer yes or no. I read “{said}”.")
zone_unclear = text(lambda said: "I do not know the time zone “{said}”. Write a city, like Boise or Anchorage, or a name like America/Boise.")
zone_two_in_state = text(lambda said, choices: "{said} has two time zones. Choose one: {choices}.")


def sentence(language: str, key: str, said: str, choices: tuple[str, ...]) -> Marked:
    """The sentence for a `bot.timekeeping.Misread`; its key is ours with a dot."""
    reader_language = globals()[key.replace(".", "_")]
    values = {"said": said, "choices": dates.one_of(language, list(choices))}
    return Marked(reader_language(language, **{name: values[name] for name in reader_language.parameters}))
