"""`--fast` keeps what runs by itself and leaves out the rest."""

import pytest

from tests.support.fast import is_fast

pytest_plugins = ["pytester"]


def test_only_what_runs_by_itself_is_fast(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.fixture
        def sqlite_url(): ...

        @pytest.fixture
        def stage(sqlite_url): ...

        def test_alone(): ...
        def test_with_a_database(stage): ...
        async def test_that_waits(): ...

        @pytest.mark.slow
        def test_long(): ...
    """)
    items, _ = pytester.inline_genitems()
    assert [one.name for one in items if is_fast(one)] == ["test_alone"]
