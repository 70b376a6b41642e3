"""Reports: what was reached, and what people said of it."""

from prompts.catalog import message


@message
def report_summary() -> str:
    """Numbers of a series, or of all: report series, report all"""


@message
def title_series(series: str) -> str:
    """Report: {series}"""


@message
def title_all() -> str:
    """Report: all series to date"""


@message
def reach() -> str:
    """People reached"""


@message
def participations() -> str:
    """Times attended"""


@message
def completion() -> str:
    """Completed"""


@message
def recommend() -> str:
    """Would recommend it"""


@message
def intent() -> str:
    """Plan to use it"""


@message
def change() -> str:
    """Change they report, before to now"""


@message
def share(percent: str, count: int, n: int) -> str:
    """{percent} ({count} of {n})"""


@message
def share_between(percent: str, count: int, n: int, low: str, high: str) -> str:
    """{percent} ({count} of {n}; 95% interval {low} to {high})"""


@message
def change_of(change: str, before: str, now: str, n: int) -> str:
    """{change} ({before} to {now}, {n} people)"""


@message
def hidden(k: int) -> str:
    """Hidden: fewer than {k} people, or it would show them"""


@message
def by_setting() -> str:
    """People reached, by setting"""


@message
def not_told() -> str:
    """Not told"""


@message
def k_line(k: int) -> str:
    """Numbers of fewer than {k} people are hidden. Inside the program only: do not pass it on."""


@message
def no_data() -> str:
    """No session has taken place yet, so there is nothing to report. Type `sessions` to see what is planned."""


@message
def download(k: int) -> str:
    """Download for a funder, {k} people or more"""
