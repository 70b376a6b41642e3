"""Questions to the database that reports ask: counts, never people."""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, or_

from storage.sessions import Attendance, Session


def attended() -> ColumnElement[bool]:
    """Whether a row of `Attendance`, joined to its `Session`, counts: somebody said so, or else at least
    half of the session's minutes."""
    enough = col(Attendance.minutes) * 2 >= col(Session.minutes)
    return or_(
        col(Attendance.marked).is_(True),
        and_(col(Attendance.marked).is_(None), col(Attendance.minutes).is_not(None), enough),
    )
