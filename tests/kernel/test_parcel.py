"""
A line comes out of its parcel as it went in, and a parcel that unpacks without end is refused.

Method: round trips over drawn bodies; a zip bomb; damaged bytes.
"""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.errors import Malformed
from tocsin.kernel.feed import LINE_BYTES, Line, parse_line
from tocsin.kernel.parcel import PLAIN_BYTES, pack, unpack


@given(st.sampled_from(["alert", "board", "hello"]), st.integers(0, 3 * PLAIN_BYTES))
def test_a_line_comes_out_as_it_went_in(kind, size):
    line = Line(kind, b'{"a":"%s"}' % (b"x" * size))

    assert parse_line(unpack(pack(line))) == line


def test_a_long_line_travels_small():
    assert len(pack(Line("board", b"{%s}" % (b'"a":1,' * 300_000)))) < 10_000


def test_a_parcel_without_end_is_refused():
    with pytest.raises(Malformed, match=r"feed\.malformed"):
        unpack(zlib.compress(bytes(LINE_BYTES + 1)))


@given(st.binary(max_size=100))
def test_a_damaged_parcel_is_refused(rest):
    with pytest.raises(Malformed, match=r"feed\.malformed"):
        unpack(b"\x78\x01\xff" + rest)
