"""What somebody has filled in on a form's page and not sent yet: saved as they go, gone once sent.

A link can be passed on (a facilitator sends it by e-mail), but what was filled in opens only in the browser
that saved it: the page's cookie is part of the seal.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from adapters.web.app import Visit
from bot.core.form_keys import FormKeys, name_of
from bot.core.forms import Form
from bot.core.sealing import BadSeal
from bot.evaluations.answer_store import draft_of
from bot.privacy.client_information_filter import may_tell_of_a_client
from storage.evaluations import FormDraft

COOKIE = "throughline-form"
_DRAFTS = "drafts"
_COOKIE_LIFE = 60 * 24 * 60 * 60
"""Seconds: as long as a link lives."""
SHORT = 3000
"""Characters; longer fields are uploads, which are not saved."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """The saved answers of one person to one form, in this browser."""

    visit: Visit
    form: str
    context: str

    async def read(self) -> dict[str, object]:
        """Empty when nothing was saved, or not here."""
        async with self.visit.router.database.read() as db:
            draft = await db.get(FormDraft, self._key)
        browser = self._browser()
        if draft is None or not browser:
            return {}
        try:
            found: dict[str, object] = self._keys.open(
                self._name, draft.sealed, self._place(browser), self._part
            )
        except BadSeal:
            return {}
        return found

    async def save(self, form: Form, given: Mapping[str, object], response: web.StreamResponse) -> None:
        """Keep what was given in place of what was saved before, and mark the browser. What may tell of a
        client is not even saved sealed."""
        browser = self._browser() or secrets.token_urlsafe(16)
        kept = {field.name: _cut(given[field.name], field.most)
                for field in form.fields if field.name in given and field.most <= SHORT
                and not may_tell_of_a_client(given[field.name])}  # fmt: skip
        sealed = self._keys.seal(self._name, kept, self._place(browser), self._part)
        person_id, name, context = self._key
        draft = FormDraft(
            person_id=person_id,
            form=name,
            context=context,
            sealed=sealed,
            saved_on=self.visit.router.clock.now().date(),
        )
        async with self.visit.router.database.write() as db:
            await db.merge(draft)
        secure = self.visit.router.links.base_url.startswith("https://")
        response.set_cookie(
            COOKIE, browser, max_age=_COOKIE_LIFE, httponly=True, samesite="Lax", secure=secure, path="/"
        )

    async def forget(self) -> None:
        async with self.visit.router.database.write() as db:
            draft = await db.get(FormDraft, self._key)
            if draft is not None:
                await db.delete(draft)
        if self._part:
            self._keys.destroy(self._name, self._part)

    @property
    def _key(self) -> tuple[int, str, str]:
        assert self.visit.person is not None, "only a person's own link has a form"
        return self.visit.person.id, self.form, self.context

    @property
    def _keys(self) -> FormKeys:
        return self.visit.router.links.form_keys

    @property
    def _name(self) -> str:
        """A form that seals its answers has a key of its own, which goes with it; others share one."""
        spec = self.visit.router.forms.get(self.form)
        return name_of(self.form, self.context) if spec is not None and spec.sealed else _DRAFTS

    @property
    def _part(self) -> str:
        """What a person saved of a sealed form has a key of its own."""
        return "" if self._name == _DRAFTS else draft_of(self._key[0])

    def _browser(self) -> str:
        return self.visit.request.cookies.get(COOKIE, "")

    def _place(self, browser: str) -> str:
        return f"form draft {self._key} {browser}"


def _cut(given: object, most: int) -> object:
    return given[:most] if isinstance(given, str) else given
