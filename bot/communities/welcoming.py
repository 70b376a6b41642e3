"""The welcome: how we are together, what not to share, and two small things to do."""

from __future__ import annotations

from bot.core.cards import Button, Card, Section
from bot.core.composers import ComposeContext
from bot.core.lookup import TAKES_PART, enrollment_of, title_in
from bot.core.reply import Skip
from prompts.library import read_library
from prompts.words import communities as words
from storage.series import Cohort, Series


async def welcome(reading: ComposeContext) -> Card | Skip:
    """One week before the first session, to each person who takes part (or once in the channel)."""
    cohort = await reading.db.get(Cohort, reading.nudge.cohort_id)
    if cohort is None:
        return Skip("no_cohort")
    language, introduced = reading.language, False
    if reading.reader is not None:
        enrollment = await enrollment_of(reading.db, cohort.id, reading.reader.id)
        if enrollment is None or enrollment.status not in TAKES_PART:
            return Skip("not_enrolled")
        introduced = bool(enrollment.introduction)
    series = await reading.db.get_one(Series, cohort.series_id)
    library = read_library()
    introduce = Button(
        label=words.introduce_yourself(language), form="introduce", value=str(cohort.id), style="primary"
    )
    return Card(
        title=words.welcome_title(language, series=title_in(series.title, language)),
        text=words.welcome(language, cohort=cohort.name),
        sections=tuple(
            Section(title=notice.title.say(language), text=notice.text.say(language))
            for notice in (library.notice("community_norms"), library.notice("no_client_information"))
        ),
        buttons=(
            *(() if introduced else (introduce,)),
            Button(label=words.my_settings(language), form="settings"),
        ),
        context=words.welcome_context(language),
    )
