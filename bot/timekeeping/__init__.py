"""What people type, read forgivingly: each parser returns a value or a `Misread`, and never raises.

In every language that has tables (`prompts.language_tables`), with or without accents, in any letter case.
"""

from bot.timekeeping.clock_times import parse_duration, parse_quiet_hours, parse_time
from bot.timekeeping.dates import parse_date
from bot.timekeeping.misread import Misread, MisreadKey
from bot.timekeeping.yes_no import parse_yes_no

__all__ = [
    "Misread",
    "MisreadKey",
    "parse_date",
    "parse_duration",
    "parse_quiet_hours",
    "parse_time",
    "parse_yes_no",
]
