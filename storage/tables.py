"""Every table, imported in one place so that the metadata is whole (migrations, tests)."""

from sqlmodel import SQLModel

from storage import (
    attendance,
    breakouts,
    cells,
    evaluations,
    experiments,
    identities,
    imports,
    installations,
    learning,
    links,
    marks,
    nudges,
    people,
    publications,
    pulses,
    questions,
    reflections,
    registrations,
    resources,
    series,
    sessions,
    token_buckets,
)

METADATA = SQLModel.metadata

__all__ = [
    "METADATA",
    "attendance",
    "breakouts",
    "cells",
    "evaluations",
    "experiments",
    "identities",
    "imports",
    "installations",
    "learning",
    "links",
    "marks",
    "nudges",
    "people",
    "publications",
    "pulses",
    "questions",
    "reflections",
    "registrations",
    "resources",
    "series",
    "sessions",
    "token_buckets",
]
