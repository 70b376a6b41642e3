"""PostgreSQL's address as its own programs take it: several servers, a pooler, and no password to be seen."""

from __future__ import annotations

import pytest

from storage.database import async_address
from storage.postgres import libpq_address, postgres_address

SEVERAL = (
    "postgresql://bot:secret@first:5433,second/throughline?target_session_attrs=read-write"  # scan: example
)


def test_several_servers_are_tried_in_turn() -> None:
    address, arguments = postgres_address(async_address(SEVERAL))
    assert address.query == {"host": ("first:5433", "second:5432")}
    assert (address.username, address.password, address.database) == ("bot", "secret", "throughline")
    assert arguments["target_session_attrs"] == "read-write"


def test_of_several_one_that_takes_writes_is_wanted_and_of_one_nothing_is_asked() -> None:
    _, several = postgres_address(async_address("postgresql://first,second/throughline"))
    assert several["target_session_attrs"] == "primary"
    _, one = postgres_address(async_address("postgresql://first/throughline"))
    assert "target_session_attrs" not in one


def test_behind_a_pooler_no_statement_outlives_its_transaction() -> None:
    address, arguments = postgres_address(async_address("postgresql://h/throughline?pooler=transaction"))
    assert address.query == {}
    assert arguments["statement_cache_size"] == arguments["prepared_statement_cache_size"] == 0
    assert arguments["prepared_statement_name_func"]() == ""


@pytest.mark.parametrize("option", ["pooler=session", "target_session_attrs=leader"])
def test_an_option_without_a_meaning_is_refused(option: str) -> None:
    with pytest.raises(ValueError, match=option.split("=")[0]):
        postgres_address(async_address(f"postgresql://h/throughline?{option}"))


def test_the_programs_get_the_address_without_the_password() -> None:
    address, password = libpq_address(SEVERAL)
    assert address == "postgresql://bot@first:5433,second:5432/throughline?target_session_attrs=read-write"
    assert password == "secret"
    assert libpq_address("postgresql://bot:secret@h/throughline?pooler=transaction")[0] == (  # scan: example
        "postgresql://bot@h/throughline"
    )
