"""Ids that no row has: what a button or a form field may carry when somebody made it by hand."""

from __future__ import annotations

import pytest

from bot.core.forms import Field, Form, check
from bot.core.lookup import row_id
from storage.base import LARGEST_ID
from tests.support.stage import staged, text_of

NO_IDS = ("", "0", "-1", "x", "1.0", "٣", str(2**53), "99999999999999999", "9" * 5000, "1:9999999999")


@pytest.mark.parametrize("value", NO_IDS)
def test_what_is_no_id_is_nobodys(value: str) -> None:
    """Zero is no row's; nothing raises, and nothing is larger than a column holds."""
    assert row_id(value) == 0


def test_an_id_is_read_up_to_the_largest_that_a_column_holds() -> None:
    """The last one that every place holds, and not one more."""
    assert row_id(str(LARGEST_ID)) == LARGEST_ID
    assert row_id(str(LARGEST_ID + 1)) == 0


@pytest.mark.parametrize("value", ["x", ",", "0", "-5", str(2**53), "9" * 30, "9" * 5000])
def test_a_person_picked_with_a_forged_id_is_refused_beside_the_field(value: str) -> None:
    """The same words as for a person who is not there."""
    form = Form(name="f", title="F", submit="Go", fields=(Field(name="who", kind="people", label="Who"),))
    _, errors = check(form, {"who": value}, "en")
    assert errors == {"who": "I do not know that person. Pick a name from the list."}


async def test_no_button_or_form_of_any_feature_falls_over_a_forged_id(database_url: str) -> None:
    """Pressed by somebody who may do everything, on either database: never "went wrong"."""
    async with staged(database_url) as stage:
        await stage.person("ada", "administrator", "facilitator", "presenter", "evaluator")
        for value in ("99999999999999999", "2147483648", str(2**53 - 1), "9" * 5000, "1:99999999999999999"):
            for action in stage.router.presses:
                said = text_of(await stage.press("ada", action, value))
                assert "went wrong" not in said, (action, value[:20])
            for form in stage.router.forms:
                said = text_of(await stage.submit("ada", form, value))
                assert "went wrong" not in said, (form, value[:20])


async def test_no_command_falls_over_a_number_that_is_far_too_large(database_url: str) -> None:
    """Typed in every place where a command takes something."""
    async with staged(database_url) as stage:
        await stage.person("ada", "administrator", "facilitator", "presenter", "evaluator")
        for spec in {command.name: command for command in stage.router.commands.values()}.values():
            if spec.name in {"delete", "forget"}:
                continue
            for number in ("99999999999", "2147483648", "-99999999999"):
                said = text_of(
                    await stage.command("ada", f"{spec.name} " + f"{number} " * len(spec.arguments))
                )
                assert "went wrong" not in said, (spec.name, number)
