"""A sample of `python -m benchmarks.disclosure`: another solver attacks a year of random reports."""

from __future__ import annotations

import pytest

from benchmarks.disclosure import audited


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "k"), [(3, 3), (4, 5)])
def test_nothing_is_worked_out_from_a_year_of_reports(seed: int, k: int) -> None:
    """Both communities give something away without the proof: the attacker is no blind one."""
    assert audited(seed, k, proving=False).findings
    ours = audited(seed, k)
    assert ours.findings == ()
    assert ours.proved
    assert ours.withheld < ours.tables
