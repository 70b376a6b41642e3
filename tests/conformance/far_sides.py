"""The far side of each adapter, as the contract needs it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from html import unescape
from pathlib import Path

from adapters.demo import pages
from adapters.demo.words import said_in_card
from adapters.email.config import EmailConfig
from adapters.email.platform import EmailPlatform
from adapters.playground.faults import Faults
from adapters.playground.ledger import Ledger
from adapters.playground.mail import MailSide
from adapters.playground.mail import running as mail_running
from adapters.playground.people import SamplePerson
from adapters.playground.teams import TeamsSide, TeamsWorkplace
from adapters.playground.teams import running as teams_running
from adapters.playground.teams.cards import actions
from adapters.slack.app import one_token
from adapters.slack.platform import SlackPlatform
from adapters.teams.platform import TeamsPlatform
from bot.core.clock import MovedClock
from bot.core.links import Links
from bot.core.platform import Address
from tests.adapters.slack.world import TEAM, made_world, shown
from tests.adapters.teams.conftest import APP_ID, TENANT
from tests.adapters.teams.house import at_home, config_for
from tests.adapters.teams.small_feature import FEATURE
from tests.conformance.contract import FarSide
from tests.support.stage import START

PAT = SamplePerson("U1", "Pat Park", "pat@example.org", "America/Adak", "es-US", "participant")
CLOSED = "http://127.0.0.1:9"


@asynccontextmanager
async def slack_far_side(folder: Path) -> AsyncIterator[FarSide]:
    async with made_world(folder) as world:
        await world.side.say("UPAT", None, "hello")
        await world.settle()

        def seen() -> str:
            message = world.side.inbox("UPAT", None)[-1]
            labels = [
                e["text"]["text"]
                for b in message.blocks
                for e in b.get("elements") or []
                if e.get("type") == "button"
            ]
            return "\n".join([message.text, shown(message), *labels])

        yield FarSide(
            platform=world.platform,
            tenant=TEAM,
            user="UPAT",
            email="pat@example.org",
            direct=await world.direct(),
            ledger=world.side.ledger,
            faults=world.side.faults,
            match="chat.postMessage",
            busy=503,
            now=world.clock.now,
            seen=seen,
            closed=lambda: SlackPlatform(one_token("xoxb-1"), f"{CLOSED}/api/"),
        )


@asynccontextmanager
async def teams_far_side(folder: Path) -> AsyncIterator[FarSide]:
    clock = MovedClock(START)
    workplace = TeamsWorkplace(app_id=APP_ID, now=clock.now)
    ana = workplace.add_user("Ana Reyes", tenant_id=TENANT, timezone="America/Anchorage")
    workplace.add_team("Learning", tenant_id=TENANT, members=[ana], channels=["Cohort 1"])
    with teams_running(TeamsSide(workplace)) as side:
        async with at_home(side, f"sqlite:///{folder}/teams.db", clock, (FEATURE,)) as application:
            await application.settled(await side.say("Ana Reyes", None, "hello"))

            def seen() -> str:
                post = next(one for one in reversed(side.inbox("Ana Reyes")) if one.from_bot)
                cards = post.cards_seen_by(ana.teams_id)
                labels = [str(action.get("title")) for card in cards for action in actions(card)]
                return unescape("\n".join([*map(said_in_card, cards), *labels]))

            config = config_for(side, TENANT)
            direct = application.direct("Ana Reyes")
            reference = {**direct.reference, "conversation": direct.conversation}
            yield FarSide(
                platform=application.platform,
                tenant=TENANT,
                user=application.user("Ana Reyes"),
                email=ana.email,
                direct=replace(direct, reference=reference),
                ledger=side.ledger,
                faults=side.faults,
                match="POST",
                busy=503,
                now=clock.now,
                seen=seen,
                closed=lambda: TeamsPlatform(replace(config, token_url=f"{CLOSED}/token")),
            )


@asynccontextmanager
async def email_far_side(folder: Path) -> AsyncIterator[FarSide]:
    clock, ledger, faults = MovedClock(START), Ledger(), Faults()
    side = MailSide(clock.now, ledger, faults, "community-1")
    side.move_in([PAT])
    links = Links("http://127.0.0.1:8700", "test-secret")
    async with mail_running(side):
        platform = EmailPlatform(EmailConfig(side.smtp_url, "Throughline <bot@example.org>"), links, clock)

        def seen() -> str:
            page = pages.read(side.inbox(PAT.email)[-1].html)
            return "\n".join([page.text, *(push.label for push in page.pushes)])

        yield FarSide(
            platform=platform,
            tenant="community-1",
            user=PAT.email,
            email=PAT.email,
            direct=Address("community-1", PAT.email),
            ledger=ledger,
            faults=faults,
            match="SMTP DATA",
            busy=451,
            now=clock.now,
            seen=seen,
            closed=lambda: EmailPlatform(EmailConfig("smtp://127.0.0.1:9", "a@example.org"), links, clock),
        )
        await platform.relay.close()
