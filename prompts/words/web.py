"""What the web pages say besides what the features say."""

from prompts.catalog import message


@message
def skip_to_content() -> str:
    """Skip to content"""


@message
def optional() -> str:
    """optional"""


@message
def please_check() -> str:
    """Please check these answers. Nothing was lost."""


@message
def link_dead_title() -> str:
    """This link does not work any more"""


@message
def link_dead() -> str:
    """It may have expired, been replaced, or been cut off when it was copied. Ask the bot for a new one: type `help` in your chat."""


@message
def foreign_post() -> str:
    """This form was sent from another page, so nothing was changed. Open the link from your chat and send it again."""


@message
def saved() -> str:
    """Thank you. It is saved, and you can close this page."""


@message
def thank_you() -> str:
    """Thank you"""


@message
def too_large(megabytes: int) -> str:
    """This file is too large: {megabytes} MB at most. Nothing was changed."""


@message
def choose_file() -> str:
    """File"""


@message
def or_paste() -> str:
    """or paste the text here"""


@message
def not_text() -> str:
    """This file is not text that I can read. Save it as CSV or YAML and try again. Nothing was changed."""


@message
def not_a_form() -> str:
    """What was sent did not arrive whole, so nothing was kept. Go back and send it again."""


@message
def save_draft() -> str:
    """Save and finish later"""


@message
def draft_saved() -> str:
    """Saved on this device. You can close the page and come back with the same link."""


@message
def draft_back() -> str:
    """This is what you filled in before. It is not sent yet."""


@message
def draft_failed() -> str:
    """It could not be saved just now. Send the form, or try again in a minute."""


@message
def privacy_title() -> str:
    """Privacy"""


@message
def privacy_text() -> str:
    """No client information belongs in the chat. Throughline keeps what it needs for your learning community: who you are, which sessions you came to, and what you write to it. Reflections are yours alone unless you share them, anonymous answers cannot be joined to you, and small groups are hidden in every number. Type `export` to get a copy of your data, and `delete` to remove it. Nobody monitors the bot. Questions about your data go to whoever runs it for you."""


@message
def terms_title() -> str:
    """Terms of use"""


@message
def terms_text() -> str:
    """Throughline is free software under the Apache License 2.0 and comes without any warranty. Write about your work, never about a client. It is no help line: in a crisis call or text 988, in an emergency 911. Your organization may have rules of its own."""
