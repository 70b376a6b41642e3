"""The playground's page: be any member of the sample community, on Slack or on Teams, in the browser.

    playground = Playground(slack_side, teams_side, clock, skips=Skips(…), hints=…, people=…)
    playground.mount(app, prefix="/playground")          # beside other routes of an aiohttp application
    async with serve_playground(playground, port=8700) as url: …      # or alone, on 127.0.0.1

The page is a window on the two far sides: it does what `SlackSide` and `TeamsSide` let a person do, and the
bot behind them cannot tell it from the platforms. It listens on loopback only. Every answer carries a strict
content security policy; a request that changes something needs the token that was put into the page when it
was served, which another page of this machine cannot read. Files of `static/` are plain JavaScript modules;
the one thing that is not ours is Microsoft's renderer for Adaptive Cards in `static/vendor/`.
"""

from adapters.playground.page.hints import CommandHint, hints_of
from adapters.playground.page.playground import Playground, serve_playground
from adapters.playground.page.skips import PersonCard, SessionStop, Skips

__all__ = [
    "CommandHint",
    "PersonCard",
    "Playground",
    "SessionStop",
    "Skips",
    "hints_of",
    "serve_playground",
]
