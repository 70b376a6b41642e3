"""Identifiers and secrets that the playground invents: they look like Slack's and open nothing of Slack's."""

import secrets
import string
from collections.abc import Iterable

from adapters.playground.slack.model import SlackApp


def new_id(prefix: str) -> str:
    """An identifier that looks like Slack's: a letter or two, then ten capitals and digits."""
    return prefix + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(10))


def new_app(
    name: str,
    scopes: Iterable[str],
    bot_events: Iterable[str],
    commands: Iterable[str],
    redirect_urls: Iterable[str] = (),
    socket_mode: bool = False,
    should_escape: bool = True,
) -> SlackApp:
    """Register an app in the playground, with fresh random secrets.

    `scopes`, `bot_events`, `commands` (with their slash), `redirect_urls` and `should_escape` are what the
    app's manifest says.
    """
    return SlackApp(
        app_id=new_id("A"),
        name=name,
        client_id=f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}",
        client_secret=secrets.token_hex(16),
        signing_secret=secrets.token_hex(16),
        app_token=f"xapp-1-playground-{secrets.token_hex(16)}",
        scopes=tuple(scopes),
        bot_events=tuple(bot_events),
        commands=tuple(commands),
        redirect_urls=tuple(redirect_urls),
        socket_mode=socket_mode,
        should_escape=should_escape,
    )
