"""The welcome: how we are together, what not to share, and two small things to do."""

from __future__ import annotations

from bot.cards import Button, Card, Section
from bot.communities.lookup import TAKES_PART, enrollment_of, title_in
from bot.desk import Reading
from bot.feature import Skip
from prompts.library import read_library
from prompts.words import communities as words
from storage.series import Cohort, Series


async def welcome(reading: Reading) -> Card | Skip:
    """One week before the first session, to each person who takes part (or once in the channel)."""
    cohort = await reading.db.get(Cohort, reading.nudge.cohort_id)
    if cohort is None:
        return Skip("no_cohort")
    say, introduced = reading.language, False
    if reading.reader is not None:
        enrollment = await enrollment_of(reading.db, cohort.id, reading.reader.id)
        if enrollment is None or enrollment.status not in TAKES_PART:
            return Skip("not_enrolled")
        introduced = bool(enrollment.introduction)
    series = await reading.db.get_one(Series, cohort.series_id)
    library = read_library()
    introduce = Button(
        label=words.introduce_yourself(say), form="introduce", value=str(cohort.id), style="primary"
    )
    return Card(
        title=words.welcome_title(say, series=title_in(series.title, say)),
        text=words.welcome(say, cohort=cohort.name),
        sections=tuple(
            Section(title=notice.title.say(say), text=notice.text.say(say))
            for notice in (library.notice("community_norms"), library.notice("no_client_information"))
        ),
        buttons=(
            *(() if introduced else (introduce,)),
            Button(label=words.my_settings(say), form="settings"),
        ),
        context=words.welcome_context(say),
    )
