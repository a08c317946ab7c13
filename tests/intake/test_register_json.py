"""
JSON from a stranger is read or refused with a reason, and a cut-off file is told as one.

Method: a good file cut at every byte; bombs; random bytes.
"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.intake.register_json import count, parse, records
from tocsin.kernel.errors import Refused

GOOD = json.dumps(
    {"type": "FeatureCollection", "features": [{"a": "вул. Перша", "b": [1.5, None, True, -2e3]}]},
    ensure_ascii=False,
).encode()


@pytest.mark.parametrize("length", range(1, len(GOOD)))
def test_a_file_that_was_cut_off_anywhere_is_told_as_cut_off(length):
    with pytest.raises(Refused, match=r"register\.cut_off"):
        parse(GOOD[:length])


def test_a_whole_file_is_read_with_or_without_a_mark_in_front():
    assert parse(GOOD) == parse(b"\xef\xbb\xbf" + GOOD) == json.loads(GOOD)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"[" * 100_000, "register.not_a_register: It is nested too deeply"),
        (b'{"a":' * 100_000, "register.not_a_register: It is nested too deeply"),
        (b'{"a": 1,, }', "register.not_a_register: It is not JSON"),
        (b'{"a": "\xff"}', "register.not_a_register: It is no UTF-8 from byte 7"),
    ],
)
def test_hostile_and_wrong_files_have_their_reason(data, says):
    with pytest.raises(Refused) as refused:
        parse(data)
    assert str(refused.value).startswith(says)


def test_a_number_of_a_million_digits_is_no_work():
    parsed = parse(b'{"a": ' + b"9" * 1_000_000 + b', "b": 1e999999, "c": NaN}')
    assert parsed["a"] == parsed["b"] == float("inf")
    assert parsed["c"] != parsed["c"]


def test_lists_of_objects_and_counts_are_taken_as_they_are():
    assert records([{"a": 1}, 5]) == [{"a": 1}, {}]
    assert records({"a": 1}) is None
    assert [count(value) for value in (5, "7", True, -1, "x", None, 1.5)] == [
        5, 7, None, None, None, None, None,
    ]  # fmt: skip


def outcome(data):
    try:
        parse(data)
    except Refused as refused:
        return refused.code
    return "read"


@given(st.binary(max_size=200))
def test_random_bytes_are_read_or_refused(data):
    assert outcome(data) in {"read", "register.cut_off", "register.not_a_register"}
