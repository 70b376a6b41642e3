"""What a form says when an answer does not fit."""

from prompts.catalog import message


@message
def required() -> str:
    """Please fill this in."""


@message
def too_long(most: int, given: int) -> str:
    """Please keep this to {most} characters. It has {given} now. Nothing was lost: shorten it and send again."""


@message
def not_a_number() -> str:
    """Please give a whole number."""


@message
def out_of_range(low: str, high: str) -> str:
    """Please give a number from {low} to {high}."""


@message
def not_an_option() -> str:
    """Please pick one of the options shown."""


@message
def too_many(most: int) -> str:
    """Please pick at most {most}."""


@message
def unknown_person() -> str:
    """I do not know that person. Pick a name from the list."""


@message
def no_such_date() -> str:
    """That date does not exist. Write it as 2027-02-23."""


@message
def no_such_time() -> str:
    """That time does not exist. Write it as 14:30."""
