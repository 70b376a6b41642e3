"""What the detectors notice in both languages, and what they leave alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.client_information import Sign, signs_of_client_information, sounds_like_crisis

NOTICED: list[tuple[Sign, str]] = [
    ("phone", "Call 907-555-0142."),
    ("phone", "Call (907) 555-0142 after five"),
    ("phone", "at +1 907 555 0142"),
    ("phone", "Llame al 907.555.0142"),
    ("phone", "nine: ９０７-５５５-０１４２"),
    ("phone", "907\u2011555\u20110142"),
    ("phone", "her number is 555-0142"),
    ("ssn", "123-45-6789"),
    ("ssn", "SSN: 123456789"),
    ("ssn", "seguro social 123456789"),
    ("record_number", "MRN 4482910"),
    ("record_number", "medical record number 44829"),
    ("record_number", "chart #88213"),
    ("record_number", "expediente 20391"),
    ("record_number", "historia clínica número 88213"),
    ("date_of_birth", "DOB 3/14/1988"),
    ("date_of_birth", "born on March 14, 1988"),
    ("date_of_birth", "nacida el 14 de marzo de 1988"),
    ("date_of_birth", "fecha de nacimiento: 14/03/1988"),
    ("named_client", "I saw my client Maria today"),
    ("named_client", "my client, Maria, came back"),
    ("named_client", "our patient named John"),
    ("named_client", "*my client* Maria"),
    ("named_client", "mi cliente María no vino"),
    ("named_client", "una paciente que se llama Lucía"),
    ("named_client", "La paciente Ñusta llegó"),
]
LEFT_ALONE = [
    "",
    "We meet on 03/16/2027 at 12:00.",
    "Session 2 of 4, 90 minutes, room 2041.",
    "Call 988 or 911.",
    "my client came late and that was fine",
    "my client Monday was hard",
    "our client Services team",
    "mi cliente llegó tarde",
    "Year 6: '23-'24 had 192 participations",
    "The 2023-2024 report",
    "https://example.org/j/12345678901",
    "I read chapter 12 of the file",
    "I was born in Alaska",
]


@pytest.mark.parametrize(("sign", "said"), NOTICED)
def test_it_is_noticed(sign: Sign, said: str) -> None:
    assert sign in signs_of_client_information(said)


@pytest.mark.parametrize("said", LEFT_ALONE)
def test_it_is_left_alone(said: str) -> None:
    assert signs_of_client_information(said) == frozenset()


@pytest.mark.parametrize(
    "said",
    ["I want to die", "she said she is going to kill herself", "I keep hurting myself", "Quiero morir",
     "no quiero vivir así", "pienso en el suicidio", "better off dead", "I don’t want to live"],
)  # fmt: skip
def test_crisis_words_are_heard(said: str) -> None:
    assert sounds_like_crisis(said)


@pytest.mark.parametrize(
    "said",
    ["our suicide prevention training", "the deadline is killing me", "I died laughing",
     "suicide risk screening", "the end of my life story work", "Nos morimos de risa"],
)  # fmt: skip
def test_talk_about_the_work_is_not_a_crisis(said: str) -> None:
    assert not sounds_like_crisis(said)


@given(st.text())
def test_any_text_has_an_answer(said: str) -> None:
    assert signs_of_client_information(said) <= {
        "phone", "ssn", "record_number", "date_of_birth", "named_client"
    }  # fmt: skip
    assert sounds_like_crisis(said) in {True, False}


@pytest.mark.parametrize("said", ["1" * 60_000, "my client " * 6_000, "born " * 12_000, "(907) " * 10_000])
def test_long_texts_are_read_to_a_bound(said: str) -> None:
    signs_of_client_information(said)
    sounds_like_crisis(said)
