"""What agendas say in each language: ``prompts/<language>/agendas.yaml``, whose comments explain every key.

Every key may be left out: what a language has no words for is not read in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from prompts.library import Strict

Patterns = tuple[str, ...]


class AgendaDays(Strict):
    """Days in a text, besides the dates of `DateWords`."""

    short_months: tuple[Patterns, ...] = ()
    short_weekdays: tuple[Patterns, ...] = ()
    capital_months: Patterns = ()
    before_day: Patterns = ()
    before_weekday: Patterns = ()
    ordinals: Patterns = ()
    to: Patterns = ()
    through: Patterns = ()
    until: Patterns = ()
    counted: Patterns = ()
    goes_on: Patterns = ()
    not_a_date: Patterns = ()


class AgendaHours(Strict):
    """Times and lengths in a text, besides those of `TimeWords`."""

    am: Patterns = ()
    pm: Patterns = ()
    at: Patterns = ()
    until: Patterns = ()
    o_clock: Patterns = ()
    before_start: Patterns = ()
    noon_to: Patterns = ()
    zone_follows: Patterns = ()
    half_hour: Patterns = ()
    hour_and_half: Patterns = ()
    and_half: Patterns = ()
    and_minutes: Patterns = ()
    no_length_after: Patterns = ()
    no_length_before: Patterns = ()


class AgendaZones(Strict):
    """Zones in a text, by the names of `ZoneWords` and those that are `meant` for one of them."""

    meant: Mapping[str, str] = {}
    time: Patterns = ()
    standard: Patterns = ()
    daylight: Patterns = ()
    hour_of: Patterns = ()
    local: Patterns = ()
    near_time: Patterns = ()
    all_times: Patterns = ()


class AgendaLabels(Strict):
    """What stands over a column or before a colon; `start_begins` is the start's with more behind it."""

    series: Patterns = ()
    number: Patterns = ()
    date: Patterns = ()
    weekday: Patterns = ()
    zone: Patterns = ()
    end: Patterns = ()
    start: Patterns = ()
    start_begins: Patterns = ()
    minutes: Patterns = ()
    presenters: Patterns = ()
    facilitators: Patterns = ()
    objectives: Patterns = ()
    segments: Patterns = ()
    status: Patterns = ()
    notes: Patterns = ()
    link: Patterns = ()
    roster: Patterns = ()
    title: Patterns = ()
    ignored: Patterns = ()


class AgendaSessions(Strict):
    """The number of a session, and what becomes of it."""

    units: Patterns = ()
    endings: Patterns = ()
    counted: Patterns = ()
    cancelled: Patterns = ()
    not_cancelled: Patterns = ()
    no_session: Patterns = ()
    moved: Patterns = ()
    other_date: Patterns = ()


class AgendaRhythm(Strict):
    """A series by its weekdays, steps and ends."""

    between: Patterns = ()
    between_sessions: Patterns = ()
    sessions: Patterns = ()
    every: Patterns = ()
    every_weekday: Patterns = ()
    steps: Mapping[str, int] = {}
    every_other: Patterns = ()
    weekly: Patterns = ()
    nths: Mapping[str, int] = {}
    of_month: Patterns = ()
    in_months: Patterns = ()
    starts: Patterns = ()
    ends: Patterns = ()
    skips: Patterns = ()


class AgendaLines(Strict):
    """Sentences and the frame of a letter."""

    for_all: Patterns = ()
    joining: Patterns = ()
    opening_marks: Patterns = ()
    abbreviations: Patterns = ()
    arriving: Patterns = ()
    part_before: Patterns = ()
    part_after: Patterns = ()
    objective: Patterns = ()
    objectives: Patterns = ()
    able: Patterns = ()
    will_be_able: Patterns = ()
    people_before: Patterns = ()
    people_articles: Patterns = ()
    people_kinds: Patterns = ()
    people: Patterns = ()
    some_people: Patterns = ()
    greeting: Patterns = ()
    closing: Patterns = ()
    closing_after: Patterns = ()
    shared: Patterns = ()
    former: Patterns = ()
    deadline: Patterns = ()
    about: Patterns = ()
    about_ends: Patterns = ()
    about_not: Patterns = ()
    series: Patterns = ()


class AgendaPeople(Strict):
    """Presenters, and what is nobody's name."""

    titles: Patterns = ()
    address: Patterns = ()
    pronouns: Patterns = ()
    open: Patterns = ()
    open_within: Patterns = ()
    between: Patterns = ()
    and_names: Patterns = ()
    particles: Patterns = ()
    leading: Patterns = ()
    by: Patterns = ()
    by_others: Patterns = ()
    verbs: Patterns = ()
    will: Patterns = ()
    name_ends: Patterns = ()
    line_begins: Patterns = ()
    cell_begins: Patterns = ()
    topical: Patterns = ()
    in_no_name: Patterns = ()


class AgendaTitle(Strict):
    """What is no part of a title, of a session's or of the series'."""

    status: Patterns = ()
    tentative: Patterns = ()
    moved: Patterns = ()
    left: Patterns = ()
    mail: Patterns = ()
    version: Patterns = ()
    agenda: Patterns = ()
    agenda_of: Patterns = ()
    agenda_of_the: Patterns = ()
    agenda_last: Patterns = ()
    seasons: Patterns = ()
    units: Patterns = ()
    of_units: Patterns = ()
    generic: Patterns = ()
    other_year: Patterns = ()


class AgendaSegments(Strict):
    """Kinds of segments, and what stands around their names."""

    breakout: Patterns = ()
    case: Patterns = ()
    plenary: Patterns = ()
    half: Patterns = ()
    half_of: Patterns = ()
    then: Patterns = ()
    begins: Patterns = ()
    ends: Patterns = ()
    over: Patterns = ()


class AgendaTables(Strict):
    """Columns that are more than a label, rows that are none, and the columns of a list of people."""

    title: Patterns = ()
    number: Patterns = ()
    time: Patterns = ()
    total: Patterns = ()
    continued: Patterns = ()
    email: Patterns = ()
    name: Patterns = ()


class AgendaFiles(Strict):
    """What mail programs, Word and calendars write themselves."""

    signature: Patterns = ()
    heading_styles: Patterns = ()
    calendar: Patterns = ()
    before_title: Patterns = ()
    instructions: Patterns = ()
    units: Patterns = ()


class AgendaWords(Strict):
    """All of one language. By its `common` words the language of a text is told."""

    common: Patterns = ()
    numbers: Mapping[str, int] = {}
    ordinals: Mapping[str, int] = {}
    articles_for_one: Patterns = ()
    days: AgendaDays = AgendaDays()
    hours: AgendaHours = AgendaHours()
    zones: AgendaZones = AgendaZones()
    labels: AgendaLabels = AgendaLabels()
    before_label: Patterns = ()
    sessions: AgendaSessions = AgendaSessions()
    rhythm: AgendaRhythm = AgendaRhythm()
    lines: AgendaLines = AgendaLines()
    people: AgendaPeople = AgendaPeople()
    title: AgendaTitle = AgendaTitle()
    segments: AgendaSegments = AgendaSegments()
    tables: AgendaTables = AgendaTables()
    files: AgendaFiles = AgendaFiles()
