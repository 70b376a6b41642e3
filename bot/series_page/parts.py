"""What else the page shows of a cohort, each part as a card: the same buttons as in chat, told shorter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import col, select

from bot.breakouts.attending import session_for
from bot.breakouts.preview import preview
from bot.breakouts.rounds import latest
from bot.core.arguments import cohort_argument
from bot.core.cards import Button, Card, Section, pack
from bot.core.context import Context
from bot.core.lookup import title_in
from bot.core.reply import Refusal
from bot.evaluations.administration import status_typed
from bot.learning.lookup import edit_button, shown
from bot.learning.recall_plan import recall_plan
from bot.learning.stick_calendar import PAGE_LIFE, STICK_PAGE, deciding_buttons, summary
from bot.sessions.lookup import status_of
from prompts.text import Marked, marked
from prompts.words import breakouts as breakout_words
from prompts.words import learning as learning_words
from prompts.words import series_page as words
from prompts.words import sessions as session_words
from storage.attendance import AttendanceDraft
from storage.breakouts import RoundStatus
from storage.series import Cohort, Series
from storage.sessions import KeyIdea, Session, SessionStatus, SessionTheme, Theme


async def breakouts(ctx: Context, cohort: Cohort) -> Card:
    """The groups of the next session, as they would be; the round that is open; or the way to make one."""
    language = ctx.language
    session = await session_for(ctx.db, cohort.id, ctx.now)
    if session is None:
        return Card(text=words.no_next_session(language))
    made = await latest(ctx, cohort, RoundStatus.PREVIEW, RoundStatus.OPEN)
    if made is not None and made.status == RoundStatus.PREVIEW:
        return (await preview(ctx, made)).card or Card()
    form = Button(label=breakout_words.breakout_title(language), form="breakout", value=str(cohort.id))
    met = Button(label=breakout_words.who_met(language), action="command.run",
                 value=f"breakout met {cohort_argument(cohort.id)}")  # fmt: skip
    if made is not None:
        close = Button(label=words.close_groups(language), action="breakout.close", value=str(made.id))
        return Card(text=words.groups_open(language), buttons=(close, met))
    title = title_in(session.title, language)
    return Card(text=words.no_groups_yet(language, number=session.number, title=title), buttons=(form, met))


async def attendance(
    ctx: Context, sessions: Sequence[Session], there: Mapping[int, set[int]], people: int
) -> Card:
    """Each session that has begun: how many were there, and the ways to say who; what waits first."""
    language = ctx.language
    begun = [one for one in sessions if one.status != SessionStatus.CANCELLED and one.starts_at <= ctx.now]
    if not begun:
        return Card(text=words.nothing_to_count(language))
    drafts = select(AttendanceDraft.session_id, AttendanceDraft.id).where(
        AttendanceDraft.person_id == ctx.me.id,
        col(AttendanceDraft.recorded_at).is_(None),
        col(AttendanceDraft.session_id).in_([one.id for one in begun]),
    )
    waiting = {row[0]: row[1] for row in await ctx.db.execute(drafts.order_by(col(AttendanceDraft.id)))}
    sections = []
    for one in sorted(begun, key=lambda one: one.starts_at, reverse=True):
        value = str(one.id)
        buttons = [
            Button(label=session_words.upload_report(language), form="attendance", value=value),
            Button(label=session_words.mark_people(language), form="attendance-mark", value=value),
        ]
        if one.id in waiting:
            look = Button(label=words.match_names(language), action="attendance.look",
                          value=str(waiting[one.id]), style="primary")  # fmt: skip
            buttons.insert(0, look)
        counted = one.id in there
        text = (
            session_words.attendance_text(language, n=len(there[one.id]), of=people)
            if counted
            else words.lacks_attendance(language)
        )
        sections.append(Section(title=_numbered(language, one), text=text, buttons=tuple(buttons)))
    return Card(sections=tuple(sections))


async def ideas_and_themes(ctx: Context, sessions: Sequence[Session]) -> Card:
    """By session, newest first: what surfaced, the key ideas, and which of them wait for approval."""
    language = ctx.language
    told = [one for one in sessions if status_of(one, ctx.now) == "delivered"]
    coming = [one for one in sessions if status_of(one, ctx.now) == "scheduled"]
    told += sorted(coming, key=lambda one: one.starts_at)[:1]
    if not told:
        return Card(text=words.no_next_session(language))
    ids = [one.id for one in told]
    ideas: dict[int, list[KeyIdea]] = {}
    found = select(KeyIdea).where(col(KeyIdea.session_id).in_(ids)).order_by(col(KeyIdea.position))
    for idea in await ctx.db.scalars(found):
        ideas.setdefault(idea.session_id, []).append(idea)
    themes: dict[int, list[str]] = {}
    coded = (
        select(SessionTheme.session_id, Theme)
        .join(Theme, col(Theme.id) == SessionTheme.theme_id)
        .where(col(SessionTheme.session_id).in_(ids))
        .order_by(col(SessionTheme.id))
    )
    for session_id, theme in await ctx.db.execute(coded):
        themes.setdefault(session_id, []).append(shown(theme.name, language))
    ordered = sorted(told, key=lambda one: one.starts_at, reverse=True)
    return Card(
        sections=tuple(
            part for one in ordered for part in _learned(language, one, ideas.get(one.id, []), themes)
        )
    )


def _learned(
    language: str, session: Session, ideas: Sequence[KeyIdea], themes: Mapping[int, Sequence[str]]
) -> list[Section]:
    named = themes.get(session.id, ())
    text = words.themes_line(language, names=", ".join(named)) if named else words.no_themes(language)
    value = str(session.id)
    head = Section(
        title=_numbered(language, session),
        text=text if ideas else text + Marked("\n") + words.no_ideas(language),
        buttons=(
            Button(label=learning_words.add_idea(language), form="idea", value=pack("session", value)),
            Button(label=learning_words.add_more(language), form="theme-add", value=value),
        ),
    )
    return [head, *(_idea(language, one) for one in ideas)]


def _idea(language: str, idea: KeyIdea) -> Section:
    said = marked(shown({code: parts.get("idea", "") for code, parts in idea.text.items()}, language))
    edit = edit_button(learning_words.edit(language), idea)
    if idea.approved_at is not None:
        back = Button(label=learning_words.take_back(language), action="idea.take_back", value=str(idea.id))
        return Section(text=words.idea_approved(language, idea=said), buttons=(edit, back))
    approve = Button(label=learning_words.approve(language), action="idea.approve",
                     value=pack(idea.id, idea.revision), style="primary")  # fmt: skip
    return Section(text=words.idea_waits(language, idea=said), buttons=(approve, edit))


async def recall(ctx: Context, cohort: Cohort) -> Card:
    """What comes back after the series: how far the plan is, and the page on which it is moved."""
    language, plan = ctx.language, await recall_plan(ctx.db, cohort)
    if not plan.core:
        return Card(text=words.no_recall_yet(language))
    url = ctx.links.to(STICK_PAGE, cohort.id, ctx.me.id, ctx.now, PAGE_LIFE)
    calendar = Button(label=words.recall_page(language), url=url)
    return Card(text=summary(language, plan), buttons=(*deciding_buttons(language, cohort, plan), calendar))


async def evaluation(ctx: Context, cohort: Cohort) -> Card:
    """Each form with how many have answered, never who."""
    language, named = ctx.language, cohort_argument(cohort.id)
    tailor = Button(label=words.tailor(language), action="command.run", value=f"evaluation tailor {named}")
    try:
        card = (await status_typed(ctx, {"cohort": str(cohort.id)})).card or Card()
    except Refusal as none_yet:
        return Card(text=none_yet.text, buttons=(tailor,))
    return card.model_copy(update={"title": "", "buttons": (tailor,)})


def report(language: str, series: Series) -> Card:
    """The key figures are one press away: they are made when they are asked for, and that is recorded."""
    show = Button(label=words.show_report(language), action="command.run",
                  value=f"report series {series.slug}")  # fmt: skip
    return Card(text=words.report_text(language), buttons=(show,))


def _numbered(language: str, session: Session) -> str:
    return session_words.numbered(
        language, number=str(session.number), title=title_in(session.title, language)
    )
