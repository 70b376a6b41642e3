"""The far side of Microsoft Teams on loopback: identity, Bot Connector, a little Graph, and the people.

An independent implementation: it shares no code with botbuilder, so that a mistake there shows here. It is
for tests, the demo and the playground, and never runs in production.

    workplace = TeamsWorkplace(app_id="…", now=clock)
    side = TeamsSide(workplace)
    with running(side):                       # 127.0.0.1, any free port, its own thread
        side.bot_url = "http://127.0.0.1:…/api/messages"
        await side.install_personal("Ana Reyes")
        await side.say("Ana Reyes", "bot", "help")
        side.inbox("Ana Reyes")

What botbuilder (4.17) needs to run against it, and nothing more:

1. The keys: `ChannelValidation.open_id_metadata_endpoint = side.openid_url` (a class attribute, read at
   each request, so reset it afterwards). Its cache `JwtTokenExtractor.metadataCache` is class-level as well
   and lives 24 hours: drop the entry of the address after `side.desk.rotate()`.
2. The bot's own tokens: MSAL accepts no http authority, so subclass
   `PasswordServiceClientCredentialFactory` and override `create_credentials` to return an `AppCredentials`
   whose `get_access_token` posts the client-credentials form to `side.token_url(tenant)`, and pass it as
   `ConfigurationBotFrameworkAuthentication(config, credentials_factory=…)`. It is called with blocking
   code on the bot's loop (`signed_session`), so it keeps the token until shortly before it expires.
3. The service URL is loopback and http: an allow-list of hosts has to let `127.0.0.1` in, for the
   playground only.

Token lifetimes follow the machine's clock; message times and rate limits follow `workplace.now`.
Real token acquisition (MSAL against Entra) is not covered by anything that runs against this far side.
"""

from adapters.playground.teams.delivery import Outcome, Shown
from adapters.playground.teams.errors import PlaygroundError
from adapters.playground.teams.model import Change, Channel, Chat, Dialog, Post, Team, User
from adapters.playground.teams.seeing import Room
from adapters.playground.teams.server import create_app, running
from adapters.playground.teams.side import ALL_PERMISSIONS, TeamsSide
from adapters.playground.teams.tokens import Forgery
from adapters.playground.teams.workplace import TeamsWorkplace

__all__ = [
    "ALL_PERMISSIONS",
    "Change",
    "Channel",
    "Chat",
    "Dialog",
    "Forgery",
    "Outcome",
    "PlaygroundError",
    "Post",
    "Room",
    "Shown",
    "Team",
    "TeamsSide",
    "TeamsWorkplace",
    "User",
    "create_app",
    "running",
]
