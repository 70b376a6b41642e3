"""The far side of Microsoft Teams on loopback: identity, Bot Connector, a little Graph, and the people.

An independent implementation: it shares no code with botbuilder, so that a mistake there shows here. It is
for tests, the demo and the playground, and never runs in production.

    workplace = TeamsWorkplace(app_id="…", now=clock)
    side = TeamsSide(workplace)
    with running(side):                       # 127.0.0.1, any free port, its own thread
        side.connect("http://127.0.0.1:…/api/messages")
        await side.install_personal("Ana Reyes")
        await side.say("Ana Reyes", "bot", "help")
        side.received("Ana Reyes")

What botbuilder (4.17) needs to run against it, and nothing more:

1. The keys: `ChannelValidation.open_id_metadata_endpoint = side.openid_url` (a class attribute, read at
   each request, so reset it afterwards). Its cache `JwtTokenExtractor.metadataCache` is class-level as well
   and lives 24 hours: drop the entry of the address after `side.desk.rotate()`.
2. The bot's own tokens: MSAL accepts no http authority, so subclass
   `PasswordServiceClientCredentialFactory` and override `create_credentials` (botbuilder calls it with
   positional and, elsewhere, with keyword arguments) to return an `AppCredentials` whose `get_access_token`
   posts the client-credentials form (scope `https://api.botframework.com/.default`) to
   `side.token_url(tenant)`; pass it as
   `ConfigurationBotFrameworkAuthentication(config, credentials_factory=…)`. It is blocking code on the
   bot's loop (`signed_session`), asked at every call: return one credentials object and keep its token.
3. The service URL is loopback and http: an allow-list of hosts has to let `127.0.0.1` in, for the
   playground only.

None of these is needed for, but every bot on CloudAdapter meets: an invoke answer must be a msrest `Model`
(a plain dict as the body ends in HTTP 500), and an activity whose token is genuine but whose `serviceUrl`
is somebody else's is let through.

A nudge's opaque id is read from the `channelData.nudge` of what the bot posts, for the ledger alone.

Token lifetimes follow the machine's clock; message times and rate limits follow `workplace.now`.
Real token acquisition (MSAL against Entra) is not covered by anything that runs against this far side.
"""

from adapters.playground.teams.delivery import DeliveryOutcome, ShownInvoke
from adapters.playground.teams.errors import TeamsPlaygroundError
from adapters.playground.teams.graph import ALL_PERMISSIONS
from adapters.playground.teams.model import Chat, Dialog, Post, PostChange, Team, TeamsChannel, TeamsUser
from adapters.playground.teams.seeing import TeamsRoom
from adapters.playground.teams.server import create_app, running
from adapters.playground.teams.side import TeamsSide
from adapters.playground.teams.tokens import Forgery
from adapters.playground.teams.workplace import TeamsWorkplace

__all__ = [
    "ALL_PERMISSIONS",
    "Chat",
    "DeliveryOutcome",
    "Dialog",
    "Forgery",
    "Post",
    "PostChange",
    "ShownInvoke",
    "Team",
    "TeamsChannel",
    "TeamsPlaygroundError",
    "TeamsRoom",
    "TeamsSide",
    "TeamsUser",
    "TeamsWorkplace",
    "create_app",
    "running",
]
