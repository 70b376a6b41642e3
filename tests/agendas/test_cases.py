"""Whole agendas, each read as a person reads it."""

from pathlib import Path

import pytest

from tests.agendas.scoring import files, read, score, truths

TRUTHS = truths()


@pytest.mark.parametrize("file", files(), ids=lambda one: one.name)
def test_every_fact_of_an_agenda_is_right_or_asked(file: Path) -> None:
    counted = score(read(file), TRUTHS[file.name])
    assert counted.wrong == []
    assert counted.asked == 0


def test_every_agenda_has_its_truth() -> None:
    assert {file.name for file in files()} == set(TRUTHS)
