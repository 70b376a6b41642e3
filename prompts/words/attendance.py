"""What is said of a meeting report: the lines that were not read, how its dates are read, who is who."""

from prompts.catalog import text
from prompts.text import Marked

at_line = text(lambda line, sentence: "Line {line}: {sentence}")
unread_no_name = text(lambda: "It has no name and no address.")
unread_no_duration = text(lambda given: "“{given}” does not say how long somebody stayed, and the times do not either.")
unread_leaves_first = text(lambda given: "It says that they left before they joined: {given}")
unread_quotes = text(lambda: "The quotation marks do not match.")
unread_too_long = text(lambda: "It is too long.")
note_no_time = text(lambda given: "The time “{given}” cannot be read. The minutes count all the same.")
note_no_leave = text(lambda given: "{given} has no leaving time. Counted until the last time in the report.")
note_waited = text(lambda given: "{given} was in the waiting room then. That time does not count.")
order_day_first = text(lambda: "day/month/year")
order_month_first = text(lambda: "month/day/year")
order_year_first = text(lambda: "year-month-day")
dates_by_numbers = text(lambda order: "Dates are read as {order}: a number above 12 shows it.")
dates_by_session = text(lambda order: "Dates are read as {order}: the session's day shows it.")
dates_by_nearness = text(lambda order: "Dates are read as {order}: so the report is about one meeting.")
dates_by_language = text(lambda order: "Dates are read as {order}, as is usual in the report's language. Nothing in it proves that.")
dates_written_out = text(lambda order: "Dates are read as {order}.")
another_day = text(lambda day, session: "This report is of {day}, and the session was on {session}. Is it the right report?")
wrong_report = text(lambda: "No, put it away")
right_report = text(lambda: "Yes, go on")
discarded = text(lambda: "The report is put away. Nothing was recorded.")
notes_label = text(lambda: "To know")
absent_label = text(lambda: "Registered, not there")
dates_label = text(lambda: "Dates")
and_more = text(lambda n: "… and {n} more", "… and {n} more")
choose_intro = text(lambda n: "Choose the person for this name. What you choose is remembered for the next report.", "Choose the person for each of these {n} names. What you choose is remembered for the next report.")
choose_rest = text(lambda n: "{n} more name comes after these.", "{n} more names come after these.")
likeliest_only = text(lambda n, of: "The {n} likeliest of {of} people are listed. The page for uploading lists everybody.")
next_names = text(lambda: "Next names")
record_chosen = text(lambda: "Record what is chosen")
names_left = text(lambda n: "{n} name is still open. Nothing is recorded yet.", "{n} names are still open. Nothing is recorded yet.")
first_of = text(lambda n, of: "The first {n} of {of} people by name. The page lists everybody.")
mark_on_page = text(lambda: "Mark on a page")
absent_line = text(lambda n, names: "Registered and not there: {names}", "{n} people registered and were not there: {names}")


_ORDERS = {
    "day/month/year": order_day_first,
    "month/day/year": order_month_first,
    "year-month-day": order_year_first,
}
_DECIDED = {
    "numbers": dates_by_numbers,
    "session": dates_by_session,
    "nearness": dates_by_nearness,
    "language": dates_by_language,
    "written out": dates_written_out,
}


def unread(language: str, key: str, given: str) -> Marked:
    """Why a line could not be read."""
    match key:
        case "no_name":
            return unread_no_name(language)
        case "leaves_first":
            return unread_leaves_first(language, given=given)
        case "quotes":
            return unread_quotes(language)
        case "too_long":
            return unread_too_long(language)
        case _:
            return unread_no_duration(language, given=given)


def note(language: str, key: str, given: str) -> Marked:
    """What to know of a line that was read."""
    match key:
        case "no_leave":
            return note_no_leave(language, given=given)
        case "waited":
            return note_waited(language, given=given)
        case _:
            return note_no_time(language, given=given)


def dates_read(language: str, order: str, decided_by: str) -> Marked | None:
    """How the dates are read and why; None for a report without any."""
    if order not in _ORDERS or decided_by not in _DECIDED:
        return None
    return _DECIDED[decided_by](language, order=_ORDERS[order](language))
