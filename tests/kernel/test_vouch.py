"""
A tick's body is read as it was written, and nothing else is taken for one.

Method: round trips over drawn values; damaged bodies read as None.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.vouch import Vouch, digest_topics, encode_vouch, read_body, read_vouch
from tocsin.kernel.wire import Place

MOMENT = "2023-01-26T06:00:00.000Z"
VOUCH = Vouch(MOMENT, MOMENT, MOMENT, Place("a" * 16, 7), 3, "0" * 16)


@given(st.integers(0, 10**12), st.integers(0, 2**53))
def test_a_tick_is_read_as_it_was_written(position, said):
    vouch = VOUCH._replace(place=Place("b" * 16, position), said=said)

    assert read_vouch(encode_vouch(vouch)) == vouch


@pytest.mark.parametrize(
    "damage",
    [
        {"said": -1},
        {"said": True},
        {"said": "3"},
        {"said": 2**60},
        {"place": "7"},
        {"place": None},
        {"run": ""},
        {"sent": "2023"},
        {"topics": 5},
    ],
)
def test_a_damaged_tick_vouches_for_nothing(damage):
    body = json.dumps(json.loads(encode_vouch(VOUCH)) | damage).encode()

    assert read_vouch(body) is None


def test_a_tick_of_the_time_alone_vouches_for_nothing():
    assert read_vouch(b'{"at":"%s"}' % MOMENT.encode()) is None


@given(st.binary(max_size=60))
def test_what_is_no_object_has_no_fields(body):
    assert read_body(b"[" + body) == {}


def test_other_topics_have_another_name():
    assert len({digest_topics(body) for body in (b"", b"a", b"b")}) == 3
