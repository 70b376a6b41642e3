"""Microsoft Teams, on botbuilder's CloudAdapter. Nothing of that SDK is known outside this folder.

The way of an activity: `app` reads it, `security` proves who sent it, `translate` makes it an event, `flow`
gives it to the router and answers, `render` and `dialogs` write what is shown, `platform` speaks first.
"""

from adapters.teams.app import build_teams
from adapters.teams.config import TeamsConfig
from adapters.teams.package import build_package
from adapters.teams.platform import TeamsPlatform

__all__ = ["TeamsConfig", "TeamsPlatform", "build_package", "build_teams"]
