"""The few words that Slack's own frames need: buttons of a form, and what stands where something was cut."""

from prompts.catalog import message


@message
def cancel() -> str:
    """Cancel"""


@message
def yes() -> str:
    """Yes"""


@message
def confirm_title() -> str:
    """Are you sure?"""


@message
def open_form() -> str:
    """Open the form"""


@message
def form_waits(title: str) -> str:
    """**{title}** is ready for you. Press the button to fill it in."""


@message
def read_on() -> str:
    """Read the rest"""


@message
def cut_here() -> str:
    """There is more than fits here."""


@message
def nothing_to_choose() -> str:
    """There is nothing to choose from yet."""


@message
def update() -> str:
    """An update from Throughline"""
