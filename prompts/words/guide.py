"""What `help` says: the topics, one of them in full, one command in full."""

from prompts.catalog import message


@message
def title() -> str:
    """What you can do here"""


@message
def intro(example: str) -> str:
    """Press a topic to read more, or type one of the words below. `help` and a word tells how to use it, like `help {example}`."""


@message
def more_in_a_cohort() -> str:
    """More opens up once you are in a cohort."""


@message
def topic_line(topic: str, names: str) -> str:
    """{topic}: {names}"""


@message
def names_and_more(names: str, n: int) -> str:
    """{names} and {n} more"""


@message
def command_line(name: str, summary: str) -> str:
    """`{name}`: {summary}"""


@message
def how_to_read_on(example: str) -> str:
    """`help` and a word from this list tells how to type it, like `help {example}`."""


@message
def all_topics() -> str:
    """All topics"""


@message
def how_to_type() -> str:
    """How to type it"""


@message
def also_called() -> str:
    """Also"""


@message
def who_may() -> str:
    """Who can"""


@message
def for_yourself() -> str:
    """For yourself"""


# --- the topics: each name differs from every command's, so that `help` and a name means one thing --------


@message
def topic_place() -> str:
    """Your place here"""


@message
def topic_settings() -> str:
    """Your settings and messages"""


@message
def topic_sessions() -> str:
    """Your sessions"""


@message
def topic_reflections() -> str:
    """Reflections and plans"""


@message
def topic_groups() -> str:
    """Partners and groups"""


@message
def topic_reading() -> str:
    """Forms and pages"""


@message
def topic_data() -> str:
    """Your data"""


@message
def topic_planning() -> str:
    """Plan sessions"""


@message
def topic_messages() -> str:
    """Planned messages"""


@message
def topic_breakouts() -> str:
    """Breakout groups"""


@message
def topic_people() -> str:
    """People in a cohort"""


@message
def topic_forms() -> str:
    """Forms and answers"""


@message
def topic_preparing() -> str:
    """Prepare a session"""


@message
def topic_ideas() -> str:
    """Key ideas and themes"""


@message
def topic_meeting() -> str:
    """Who meets whom"""


@message
def topic_reports() -> str:
    """Reports"""


@message
def topic_series() -> str:
    """Set up a series"""


@message
def topic_community() -> str:
    """The community"""
