"""The list of features, in the order of their sections on the home page. Add a folder, add a line."""

from __future__ import annotations

from bot.archive.feature import FEATURE as archive
from bot.breakouts.feature import FEATURE as breakouts
from bot.communities.feature import FEATURE as communities
from bot.console.feature import FEATURE as console
from bot.core.feature import Feature, kinds_of
from bot.core.message_kinds import MessageKinds
from bot.evaluations.feature import FEATURE as evaluations
from bot.experiments.feature import FEATURE as experiments
from bot.help.feature import help_feature
from bot.identities.feature import FEATURE as identities
from bot.installations.feature import FEATURE as installations
from bot.learning.feature import FEATURE as learning
from bot.nudges.feature import FEATURE as nudges
from bot.partners.feature import FEATURE as partners
from bot.planning.feature import FEATURE as planning
from bot.privacy.feature import FEATURE as privacy
from bot.pulse.feature import FEATURE as pulse
from bot.reflections.feature import FEATURE as reflections
from bot.reports.feature import FEATURE as reports
from bot.resources.feature import FEATURE as resources
from bot.series_page.feature import FEATURE as series_page
from bot.sessions.feature import FEATURE as sessions
from bot.starting.feature import FEATURE as starting
from bot.transfer.feature import FEATURE as transfer

_FEATURES = (
    privacy,  # first: it looks at every message before the others
    communities,
    starting,
    transfer,
    sessions,
    planning,
    breakouts,
    pulse,
    partners,
    learning,
    experiments,
    reflections,
    evaluations,
    reports,
    resources,
    archive,
    console,
    series_page,
    identities,
    installations,
    nudges,
)


def all_features() -> tuple[Feature, ...]:
    """Every feature; `help` knows the commands of all of them."""
    return (*_FEATURES, help_feature(_FEATURES))


def all_kinds() -> MessageKinds:
    """Every kind of message."""
    return kinds_of(_FEATURES)
