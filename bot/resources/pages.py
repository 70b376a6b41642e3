"""Resource pages as they stand in the store: found, read, and who may read or write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.core.permissions import Action, Role, may
from bot.resources.attachments import is_picture
from storage.people import Duty, Person, reaches
from storage.resources import PageEdition, PagePicture, ResourcePage
from storage.series import Cohort, Enrollment, Series, SeriesStatus
from storage.sessions import Session, SessionPresenter

PAGE = "page"
"""The purpose of a link to a page. Its subject is the page's id, or ``open:`` and the id."""
OPEN = "open:"
VERSIONS = "page-versions"
"""The purpose of a link to all versions of a page, for those who write it."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What keeps a page from being published in one language; nothing when all is empty."""

    title: bool
    text: bool
    pictures: int
    of_pictures: int
    files: int
    of_files: int

    @property
    def any(self) -> bool:
        return self.title or self.text or self.pictures > 0 or self.files > 0


def gaps_in(page: ResourcePage, pictures: Sequence[PagePicture], language: str) -> Gaps:
    """A page needs a title, a text and words for every picture and file, all in that language."""
    seen = [picture for picture in pictures if is_picture(picture.media_type)]
    files = [picture for picture in pictures if not is_picture(picture.media_type)]
    return Gaps(
        title=_lacks(page.title, language),
        text=_lacks(page.text, language),
        pictures=sum(_lacks(one.alt, language) for one in seen),
        of_pictures=len(seen),
        files=sum(_lacks(file.alt, language) for file in files),
        of_files=len(files),
    )


def _lacks(texts: Mapping[str, str], language: str) -> bool:
    return not texts.get(language, "").strip()


async def page_of(db: AsyncSession, series_id: int, session_id: int | None) -> ResourcePage | None:
    found = await db.scalars(
        select(ResourcePage).where(
            ResourcePage.series_id == series_id, col(ResourcePage.session_id).is_not_distinct_from(session_id)
        )
    )
    return found.first()


async def page_to_write(db: AsyncSession, page_id: int) -> ResourcePage | None:
    """The page, locked until the transaction ends: somebody else may be changing it at this moment."""
    found = await db.scalars(
        select(ResourcePage)
        .where(ResourcePage.id == page_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.first()


async def pictures_of(db: AsyncSession, page_id: int | None) -> list[PagePicture]:
    rows = select(PagePicture).where(PagePicture.page_id == page_id).order_by(col(PagePicture.id))
    return list(await db.scalars(rows))


async def editions_of(db: AsyncSession, page_id: int | None) -> dict[str, PageEdition]:
    """The newest published version by language."""
    rows = select(PageEdition).where(PageEdition.page_id == page_id).order_by(col(PageEdition.version))
    return {one.language: one for one in await db.scalars(rows)}


async def old_editions_of(db: AsyncSession, page_id: int | None) -> list[PageEdition]:
    """Every published version, the newest first."""
    rows = select(PageEdition).where(PageEdition.page_id == page_id)
    return list(await db.scalars(rows.order_by(col(PageEdition.id).desc())))


async def published_of(
    db: AsyncSession, series_ids: Sequence[int]
) -> list[tuple[ResourcePage, dict[str, PageEdition]]]:
    """Pages with a published version, the series' own page first, then by session."""
    rows = await db.scalars(
        select(ResourcePage)
        .join(Session, col(Session.id) == ResourcePage.session_id, isouter=True)
        .where(col(ResourcePage.series_id).in_(series_ids))
        .order_by(col(ResourcePage.series_id), col(Session.starts_at).is_not(None), col(Session.starts_at))
    )
    pages = [(page, await editions_of(db, page.id)) for page in rows]
    return [(page, editions) for page, editions in pages if editions]


def edition_for(editions: Mapping[str, PageEdition], wanted: str) -> PageEdition | None:
    """The version in the language wanted, else in the first there is: a page may be chosen in another."""
    return editions.get(wanted) or next(iter(editions.values()), None)


async def may_read(db: AsyncSession, page: ResourcePage, person: Person) -> bool:
    """Members of the series: enrolled in a cohort of it, or with a duty there."""
    if person.community_id != page.community_id or person.deleted_at is not None:
        return False
    if await roles_in(db, page.series_id, person.id):
        return True
    enrolled = await db.scalars(
        select(Enrollment.id)
        .join(Cohort)
        .where(
            Cohort.series_id == page.series_id,
            Enrollment.person_id == person.id,
            col(Enrollment.status).not_in(["left", "waiting"]),
        )
    )
    return enrolled.first() is not None


async def may_write(db: AsyncSession, page: ResourcePage, person: Person) -> bool:
    """Who runs the series, and for a session's page its presenters; nobody once it is archived."""
    if person.community_id != page.community_id or person.deleted_at is not None:
        return False
    roles = await roles_in(db, page.series_id, person.id)
    if (await db.get_one(Series, page.series_id)).status == SeriesStatus.ARCHIVED:
        return False
    if may(roles, Action.RUN_COHORT):
        return True
    presents = await db.scalars(
        select(SessionPresenter.id).where(
            SessionPresenter.session_id == page.session_id, SessionPresenter.person_id == person.id
        )
    )
    return may(roles, Action.PREPARE_SESSION) and presents.first() is not None


async def roles_in(db: AsyncSession, series_id: int, person_id: int | None) -> set[Role]:
    """What somebody may do in a series: by their roles there, in its project, in the community."""
    series = await db.get_one(Series, series_id)
    duties = await db.scalars(
        select(Duty).where(Duty.person_id == person_id, reaches(series_id, series.project_id))
    )
    return {Role(duty.role) for duty in duties}
