"""Every feature, in the order in which their sections stand on the home page. Add a folder, add a line."""

from __future__ import annotations

from bot.core.feature import Feature


def all_features() -> tuple[Feature, ...]:
    """Imported here, not at the top: features import the building blocks that this module serves."""
    from bot.archive.feature import FEATURE as archive
    from bot.breakouts.feature import FEATURE as breakouts
    from bot.communities.feature import FEATURE as communities
    from bot.console.feature import FEATURE as messages
    from bot.evaluations.feature import FEATURE as evaluations
    from bot.identities.feature import FEATURE as identities
    from bot.installations.feature import FEATURE as installations
    from bot.learning.feature import FEATURE as learning
    from bot.partners.feature import FEATURE as partners
    from bot.planning.feature import FEATURE as planning
    from bot.privacy.feature import FEATURE as privacy
    from bot.reflections.feature import FEATURE as reflections
    from bot.reports.feature import FEATURE as reports
    from bot.resources.feature import FEATURE as resources
    from bot.sessions.feature import FEATURE as sessions

    return (
        privacy,  # first: it looks at every message before the others
        communities,
        sessions,
        planning,
        breakouts,
        partners,
        learning,
        reflections,
        evaluations,
        reports,
        resources,
        archive,
        messages,
        identities,
        installations,
    )
