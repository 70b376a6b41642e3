"""Running text: which line opens a session, which belongs to one, which holds for all of them."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.agendas.document import TextLine
from bot.agendas.drafts import Draft, GatheredDraft
from bot.agendas.inline import InlineFacts, people_in, read_about, read_bits, read_words, take
from bot.agendas.labels import (
    Label,
    label_of,
    labelled,
    list_number,
    says_cancelled,
    says_moved,
    says_no_session,
    says_other_date,
    session_number,
)
from bot.agendas.letters import CAPITAL, DASH, flat, squeeze
from bot.agendas.line_patterns import (
    CLOSING,
    DAY_ALONE,
    DEADLINE,
    FOR_ALL,
    FORMER,
    GREETING,
    JOINING,
    MONTH_ALONE,
    NAMES_PEOPLE,
    OBJECTIVE,
    SENTENCE,
    WILL_BE_ABLE,
)
from bot.agendas.names import is_open, looks_like_people, read_people
from bot.agendas.parts import half_told, read_parts
from bot.agendas.rhythm import Rhythm, read_rhythm
from bot.agendas.whole_series import is_clocked, maybe_title, roster_in, roster_label, series_sentence
from bot.agendas.zones_said import Zone
from prompts.language_tables import alternation, language_tables

_AND = alternation(lambda one: one.times.joins)
_TO = alternation(lambda one: (*one.agenda.days.to, *one.times.joins))
_COUNTS = re.compile(rf"\W*\w*[^\W\d]\s*\d+\s*(?:{DASH}|{_TO}|&)\s*\d+\b(?!\s*[:/])")
_SENTENCES = re.compile(rf"(?<=[\w)])[.!]\s+(?={SENTENCE})")
_SEMICOLON = re.compile(rf"\s*;\s*(?:{_AND} )?")


class LineReader:
    """Reads line after line into what is gathered."""

    def __init__(self, gathered: GatheredDraft, *, prose: bool = False) -> None:
        self.all = gathered
        self.draft: Draft | None = None
        self.mode: Label | None = None
        self.mode_of: Draft = gathered.every
        self.is_prose = prose
        self.first_day_seen = False
        self.column_zones: dict[int, Zone] = {}
        self.month = ""
        """The month that a heading of its own names; days follow."""

    def read(self, line: TextLine) -> None:
        text = line.text.strip()
        if not text:
            return
        self.all.lines_read += 1
        if self.all.lines_read > 4 and CLOSING.fullmatch(flat(text)):
            self.all.closed, self.draft, self.mode = True, None, None
        if self.all.closed and not re.search(r"\d", text):
            return
        if JOINING.match(flat(text)):
            return
        if found_month := MONTH_ALONE.fullmatch(flat(text)):
            self.month, self.draft, self.mode = found_month["month"], None, None
            return
        if self.month and (day := DAY_ALONE.match(text)) and not session_number(text):
            text = f"{self._in_month(day['day'])}: {text[day.end() :]}"
        if (
            (pieces := [piece.strip() for piece in text.split("|") if piece.strip()])
            and len(pieces) > 1
            and sum(labelled(piece) is not None for piece in pieces) >= 2
        ):
            for piece in pieces:
                self.read(replace(line, text=piece))
            return
        if self._goes_on(line, text):
            return
        if (found := session_number(text)) and not self._counts(text):
            self._open(line, found[0], text[found[1] :], text)
            return
        if (told := labelled(text)) and self._labelled(line, *told):
            return
        if (label := label_of(text)) and self._heading(label):
            return
        if self._leads_in(text):
            return
        bits = read_bits(
            text, self.all.language, numbers=bool(line.bullet or list_number(text) or _starts_numeric(text))
        )
        bits.days = [
            day
            for day in bits.days
            if (day.ends_range or not DEADLINE.search(flat(text[: day.begin])))
            and not FORMER.search(flat(text[: day.begin]))
        ]
        days = [] if says_other_date(text) and not list_number(text) else bits.days
        if self.mode == "title" and not days and (line.bullet or list_number(text)):
            number = list_number(text)
            self._open(line, number[0] if number else None, text[number[1] :] if number else text, text)
            self.draft, self.mode = None, "title"
            return
        if days and self._dated(line, text, bits):
            return
        self._undated(line, text, bits)

    def _in_month(self, day: str) -> str:
        """A day of the month that the heading names."""
        dates = language_tables()[self.all.language].dates
        if not dates.day_first:
            return f"{self.month.capitalize()} {day}"
        return " ".join((day, *dates.of[:1], self.month))

    # --- what goes on from the line before ------------------------------------------------------------

    def _goes_on(self, line: TextLine, text: str) -> bool:
        """A list under "Objectives" or "Agenda"."""
        if self.mode not in {"objectives", "segments", "presenters"}:
            return False
        number = list_number(text)
        item = text[number[1] :] if number else text
        if session_number(text) or line.level or (not number and not line.bullet and labelled(text)):
            self.mode = None
            return False
        if label_of(text) or self._leads_in(text):
            return bool(self._leads_in(text)) or self._heading(label_of(text) or "notes")
        if read_bits(item, self.all.language, numbers=False).days and self.mode != "objectives":
            self.mode = None
            return False
        target = self.mode_of
        if self.mode == "segments":
            told = read_parts(item, expected=True)
            target.told_parts += told
            if not told and not line.bullet:
                self.mode = None
            return bool(told) or line.bullet
        if self.mode == "presenters":
            if looks_like_people(item) or line.bullet:
                self._people(target, item)
                return True
            self.mode = None
            return False
        if (
            line.bullet
            or number
            or (len(text) < 220 and re.match(CAPITAL, text) and not self._ends_list(text))
        ):
            target.objectives.append(squeeze_end(item))
            return True
        self.mode = None
        return False

    def _ends_list(self, text: str) -> bool:
        bits = read_bits(text, self.all.language, numbers=False)
        return (
            bool(bits.days or bits.moments or bits.link or read_parts(text))
            or bool(FOR_ALL.search(flat(text)))
            or bool(GREETING.match(flat(text)))
        )

    def _leads_in(self, text: str) -> bool:
        if WILL_BE_ABLE.search(flat(text).rstrip(" :")) and len(text) < 140:
            self.mode, self.mode_of = "objectives", self._target(text)
            return True
        return False

    def _target(self, text: str = "") -> Draft:
        """The open session, else every session."""
        if self.draft is None or FOR_ALL.search(flat(text)):
            return self.all.every
        return self.draft

    # --- sessions -------------------------------------------------------------------------------------

    def _counts(self, text: str) -> bool:
        """ "Session 2 of the series …" opens one; "Week 1 and 2" or "Sessions 1–4" do not."""
        return bool(
            _COUNTS.match(flat(text))
            and not re.search(r"\d\s*[-–]\s*\d{1,2}\s*(?:am|pm|:)", flat(text))
            and not read_bits(text, self.all.language).days
        )

    def _open(self, line: TextLine, number: int | None, rest: str, whole: str) -> None:
        again = next((one for one in self.all.drafts if number is not None and one.number == number), None)
        same = again is not None and not (
            again.days and read_bits(rest, self.all.language).days and self._other_day(again, rest)
        )
        draft = again if again is not None and same else Draft(line.where, number, level=line.level)
        if again is None or not same:
            self.all.drafts.append(draft)
        self.draft, self.mode = draft, None
        draft.inline = False
        draft.cancelled = draft.cancelled or line.struck
        if same and again is not None and again.days:
            kept = list(again.days)
            read_about(draft, rest, self.all.language)
            draft.days = kept
        else:
            read_about(draft, rest, self.all.language)
        if is_open(rest):
            draft.title_open = True
        self._series_level_if_skipped(draft)

    def _other_day(self, draft: Draft, rest: str) -> bool:
        day = read_bits(rest, self.all.language).days[0]
        return (day.month, day.day) != (draft.days[0].month, draft.days[0].day)

    def _series_level_if_skipped(self, draft: Draft) -> None:
        if draft.no_session and draft.days and not draft.title:
            self.all.skips += draft.days

    def _dated(self, line: TextLine, text: str, bits: InlineFacts) -> bool:
        """A line with days: a list of them, a rhythm, the day of the open session, or a session of its own."""
        rhythm = read_rhythm(text, bits.days)
        if says_moved(text) and (line.bullet or list_number(text) or self.draft is None):
            return self._own_session(line, text)
        if (
            rhythm is not None
            and (len(bits.days) > 1 or rhythm.weeks or rhythm.nths or rhythm.count)
            and not (line.bullet and len(bits.days) == 1 and not rhythm.count)
        ):
            series_sentence(self.all, text, bits, rhythm_told=True)
            self._list_in_rhythm(line, bits, rhythm)
            return True
        if len(bits.days) > 1 and not says_cancelled(text):
            if any(day.ends_range for day in bits.days) and len(bits.days) == 2:
                self.all.range_days = self.all.range_days or bits.days
                series_sentence(self.all, text, bits)
            elif self._skips(text, bits):
                pass
            elif self.draft is not None and not self.draft.days and says_moved(text):
                take(self.draft, bits)
            else:
                self.all.dates += bits.days
                self.all.dates_where = self.all.dates_where or line.where
                bits.days = []
                series_sentence(self.all, text, bits)
            return True
        if self._skips(text, bits):
            return True
        if says_cancelled(text) and self._cancels(bits):
            return True
        if self.draft is not None and not self.draft.days and not line.bullet and not list_number(text):
            read_about(self.draft, text, self.all.language)
            return True
        if self.is_prose and not line.bullet and not list_number(text):
            return self._dated_prose(line, text)
        return self._own_session(line, text)

    def _list_in_rhythm(self, line: TextLine, bits: InlineFacts, rhythm: Rhythm) -> None:
        """ "Wednesdays, March 3, 10 and 17": the days themselves are told."""
        listed = [day for day in bits.days if day not in rhythm.skips]
        if len(listed) > 1 and rhythm.until is None and not any(day.ends_range for day in listed):
            self.all.dates += listed
            self.all.dates_where = self.all.dates_where or line.where

    def _own_session(self, line: TextLine, text: str) -> bool:
        number = list_number(text)
        self._open(line, None, text[number[1] :] if number else text, text)
        if number and self.draft is not None and all(one.number != number[0] for one in self.all.drafts):
            self.draft.number = number[0]
        if self.draft is not None:
            self.draft.inline = bool(self.draft.title)
        return True

    def _dated_prose(self, line: TextLine, text: str) -> bool:
        """Sentences of a letter: each clause with a day of its own is a session."""
        self._open(line, None, text, text)
        if self.draft is not None:
            self.draft.inline = True
            self.draft.presenters = self.draft.presenters or people_in(text)
        return True

    def _skips(self, text: str, bits: InlineFacts) -> bool:
        if not says_no_session(text):
            return False
        self.all.skips += bits.days
        return True

    def _cancels(self, bits: InlineFacts) -> bool:
        """A sentence that cancels a session told before."""
        for draft in self.all.drafts:
            if any((one.month, one.day) == (day.month, day.day) for one in draft.days for day in bits.days):
                draft.cancelled = True
                return True
        if self.draft is None or self.draft.days:
            self.all.cancelled += bits.days
            return bool(self.all.rhythms or self.all.dates)
        return False

    # --- everything else ------------------------------------------------------------------------------

    def _labelled(self, line: TextLine, label: Label, rest: str) -> bool:
        target = self._target(line.text)
        if (
            target.inline
            and len(self.all.drafts) > 1
            and label in {"start", "end", "zone", "minutes"}
            and not line.bullet
        ):
            target = self.all.every  # below a list of sessions told in one line each
        if label in {"date", "weekday"} and rest:
            return self._labelled_date(line, rest, label)
        if label in {"start", "end", "zone", "minutes"}:
            bits = read_bits(rest, self.all.language, time_expected=label != "minutes")
            if label == "minutes" and re.fullmatch(r"\s*\d{1,4}\s*", rest):
                target.minutes.append(int(rest))
            if rhythm := read_rhythm(rest, bits.days):
                self.all.rhythms.append(rhythm)
            if is_open(rest):
                target.time_open = True
            bits.days = []
            take(target, bits)
            return True
        if label == "presenters":
            self._people(target, rest)
            self.mode, self.mode_of = ("presenters", target) if not rest else (None, target)
            return True
        if label == "facilitators":
            target.facilitators += read_people(rest).names
            return True
        if label == "objectives":
            self.mode, self.mode_of = "objectives", target
            target.objectives += split_list(rest)
            return True
        if label == "segments":
            return self._labelled_segments(target, rest)
        if label in {"title", "series"}:
            return self._labelled_title(line, label, rest)
        if label in {"status", "notes"}:
            target.cancelled = target.cancelled or says_cancelled(rest)
            roster_in(self.all, rest)
            return True
        if label == "link":
            target.link = target.link or read_bits(rest, self.all.language).link
            for sentence in _SENTENCES.split(rest)[1:]:
                self._undated(line, sentence, read_bits(sentence, self.all.language))
            return True
        if label == "roster":
            roster_label(self.all, rest)
            return True
        roster_in(self.all, rest)
        return label == "ignored"

    def _labelled_segments(self, target: Draft, rest: str) -> bool:
        target.told_parts += read_parts(rest, expected=True) if rest else []
        target.half = target.half or half_told(rest)
        self.mode, self.mode_of = "segments", target
        if (
            rest
            and not target.told_parts
            and not target.half
            and not self.first_day_seen
            and target is self.all.every
        ):
            self.all.titles.append((3, rest))
        return True

    def _labelled_date(self, line: TextLine, rest: str, label: Label) -> bool:
        bits = read_bits(rest, self.all.language)
        bits.days = [day for day in bits.days if not FORMER.search(flat(rest[: day.begin]))]
        if is_open(rest):
            self._target().date_open = True
            return True
        rhythm = read_rhythm(rest, bits.days)
        if rhythm is not None and (self.draft is None or len(bits.days) != 1):
            series_sentence(self.all, rest, bits, rhythm_told=True)
            self._list_in_rhythm(line, bits, rhythm)
            return True
        if len(bits.days) == 1 and self.draft is not None and not self.draft.days:
            read_about(self.draft, rest, self.all.language)
            return True
        if len(bits.days) == 1 and self.draft is not None and self._complete(self.draft):
            self._open(line, None, rest, rest)
            return True
        if len(bits.days) == 2 and bits.days[1].ends_range:
            self.all.range_days = self.all.range_days or bits.days
        elif bits.days:
            self.all.dates += bits.days
            self.all.dates_where = line.where
        bits.days = []
        take(self._target() if self.draft is not None else self.all.every, bits)
        return True

    def _complete(self, draft: Draft) -> bool:
        return bool(draft.days)

    def _labelled_title(self, line: TextLine, label: Label, rest: str) -> bool:
        if not rest:
            return False
        if label == "title" and (days := read_bits(rest, self.all.language).days) and len(days) > 1:
            return self._labelled_date(line, rest, "date")
        if label == "series" or (
            self.draft is None and not self.first_day_seen and not self.all.drafts and label_of("title")
        ):
            if label == "title" and self.all.titles and max(self.all.titles)[0] >= 6:
                self._open(line, None, rest, rest)
                return True
            self.all.titles.append((7 if label == "series" else 6, rest))
            return True
        if self.draft is not None and not self.draft.title:
            if is_open(rest):
                self.draft.title_open = True
            else:
                read_words(self.draft, rest)
                self.draft.title = self.draft.title or squeeze(rest)
            return True
        self._open(line, None, rest, rest)
        return True

    def _heading(self, label: Label) -> bool:
        """A line that is only "Objectives" or "Agenda"."""
        if label in {"objectives", "segments", "presenters"}:
            self.mode, self.mode_of = label, self._target()
            return True
        self.mode = "title" if label == "title" and self.draft is None else None
        if self.mode:
            return True
        return label in {"ignored", "roster", "notes", "facilitators", "link"} and self.draft is not None

    def _undated(self, line: TextLine, text: str, bits: InlineFacts) -> None:
        draft = self.draft
        for_all = bool(FOR_ALL.search(flat(text)))
        if line.level and draft is not None and (not draft.level or line.level <= draft.level) and draft.days:
            self.draft = draft = None
        if draft is not None and not for_all and not (draft.inline and not line.bullet):
            self._about(draft, line, text, bits)
            return
        if draft is not None and draft.inline and not for_all and self._belongs(line, text, bits, draft):
            return
        if line.level or (not self.all.drafts and self.all.lines_read <= 4 and not bits.moments):
            maybe_title(self.all, line, text)
        series_sentence(self.all, text, bits)

    def _belongs(self, line: TextLine, text: str, bits: InlineFacts, draft: Draft) -> bool:
        """Below a session told in one line: its presenters, or a segment."""
        if looks_like_people(text) and not draft.presenters:
            self._people(draft, text)
            return True
        return False

    def _about(self, draft: Draft, line: TextLine, text: str, bits: InlineFacts) -> None:
        """A line below the heading of a session."""
        if says_cancelled(text):
            draft.cancelled = True
        parts = read_parts(text)
        only_time = not re.search(r"\w{3}", flat(bits.rest.replace("\x00", " ")))
        if (
            parts
            and not only_time
            and (
                draft.moments or draft.told_parts or self.all.every.moments or line.bullet or is_clocked(text)
            )
        ):
            draft.told_parts += parts
            return
        if half := half_told(text):
            draft.half = half
        bits.days = []
        if not (says_other_date(text) or line.bullet) or only_time:
            take(draft, bits)
        if line.bullet:
            if (
                not looks_like_people(text)
                and draft.title
                and not bits.moments
                and len(text) < 250
                and not draft.objectives
                and self.mode is None
                and OBJECTIVE.match(flat(text))
            ):
                self.mode, self.mode_of = "objectives", draft
                draft.objectives.append(squeeze_end(text))
            elif not draft.presenters and looks_like_people(text):
                self._people(draft, text)
            return
        if (len(text) <= 130 and not re.search(r"[.!?]\s+\w|[.!?]$", text)) or looks_like_people(text):
            if draft.title and not looks_like_people(text) and not NAMES_PEOPLE.match(flat(text)):
                return
            read_words(draft, bits.rest)
        elif not draft.presenters:
            draft.presenters += people_in(bits.rest)
        roster_in(self.all, text)

    def _people(self, draft: Draft, text: str) -> None:
        people = read_people(text)
        draft.presenters += [name for name in people.names if name not in draft.presenters]
        draft.presenters_open = draft.presenters_open or people.open


def _starts_numeric(text: str) -> bool:
    return bool(re.match(r"\W*(?:\w{3,10}\.?,?\s+)?\d{1,2}/\d{1,2}\b", text))


def squeeze_end(text: str) -> str:
    return " ".join(text.split()).strip(" •*-–—;,").rstrip(".")


def split_list(text: str) -> list[str]:
    """Objectives in one cell or behind one label: by lines, bullets, numbers or semicolons."""
    if not text.strip():
        return []
    pieces = [piece for piece in re.split(r"\n|\s*[•●▪◦]\s*|(?:^|\s)\(?\d[.)]\s+", text) if piece.strip()]
    if len(pieces) == 1:
        pieces = [piece for piece in _SEMICOLON.split(text) if piece.strip()]
    return [
        squeeze_end(re.sub(r"^(?:\W*\d[.)]\s*|\s*[-–*]\s+)", "", piece))
        for piece in pieces
        if squeeze_end(piece)
    ]
