"""Runs errands: what must happen on a platform besides messages, repeated until it works or is hopeless."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta

import structlog
from sqlalchemy import or_
from sqlmodel import col, select

from bot.errands import Errands
from bot.feature import ErrandHandler
from bot.platform import PlatformError, Throttled, Unavailable, Uncertain
from storage.nudges import Errand

log = structlog.get_logger()

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 10


class ErrandRunner:
    """One per process. Handlers are idempotent, so an errand whose lease ran out is simply done again."""

    def __init__(self, tools: Errands, handlers: Mapping[str, ErrandHandler]) -> None:
        self.tools = tools
        self.handlers = handlers
        self.worker = secrets.token_hex(8)

    async def run_due(self, limit: int = 20) -> int:
        """Claim and run one batch, one after the other. Returns how many there were."""
        claimed = await self._claim(limit)
        for errand in claimed:
            state, reason, wait = await self._run(errand)
            await self._settle(errand, state, reason, wait)
        return len(claimed)

    async def _claim(self, limit: int) -> list[Errand]:
        now = self.tools.clock.now()
        eligible = or_(
            (col(Errand.state) == "planned") & (col(Errand.due_at) <= now),
            (col(Errand.state) == "claimed") & (col(Errand.lease_until) <= now),
        )
        async with self.tools.database.read() as db:
            if await db.scalar(select(Errand.id).where(eligible).limit(1)) is None:
                return []  # mostly so: no writer need wait for that
        async with self.tools.database.write() as db:
            rows = await db.scalars(
                select(Errand)
                .where(eligible)
                .order_by(col(Errand.due_at), col(Errand.id))
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            claimed = list(rows)
            for errand in claimed:
                errand.state, errand.claimed_by, errand.lease_until = "claimed", self.worker, now + LEASE
                errand.attempts += 1
        return claimed

    async def _run(self, errand: Errand) -> tuple[str, str, timedelta]:
        wait = timedelta(seconds=min(5 * 2 ** min(errand.attempts, 8), 900))
        try:
            await self.handlers[errand.kind](self.tools, errand)
        except Throttled as error:
            return "planned", "throttled", timedelta(seconds=error.retry_after)
        except (Unavailable, Uncertain) as error:
            hopeless = errand.attempts >= MOST_ATTEMPTS
            return ("failed" if hopeless else "planned"), type(error).__name__, wait
        except PlatformError as error:
            return "failed", str(error)[:200], wait
        except Exception as error:
            log.error("errand_failed", errand=errand.id, kind=errand.kind, exc_info=error)
            hopeless = errand.attempts >= 3
            return ("failed" if hopeless else "planned"), type(error).__name__, wait
        return "done", "", wait

    async def _settle(self, errand: Errand, state: str, reason: str, wait: timedelta) -> None:
        async with self.tools.database.write() as db:
            row = await db.get_one(Errand, errand.id)
            if row.state != "claimed" or row.claimed_by != self.worker:
                return
            row.state, row.reason, row.claimed_by, row.lease_until = state, reason, "", None
            if state == "planned":
                row.due_at = self.tools.clock.now() + wait
