"""
Outlines come out of a pack as they went in, and damaged bytes are refused.

Method: round trips of random outlines; random bytes and random damage.
"""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.areas.rings import Rings, decode, encode, numbers, packed, twice_area
from tocsin.kernel.errors import Malformed

coordinates = st.integers(-180_000_000, 180_000_000)
rings = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=20).map(tuple)
outlines = st.builds(
    Rings,
    st.integers(1, 10_000_000),
    st.dictionaries(st.text(max_size=8), st.lists(rings, max_size=4).map(tuple), max_size=5),
)


@given(outlines)
def test_outlines_survive_the_pack(drawn):
    assert decode(encode(drawn)) == drawn


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    with pytest.raises(Malformed, match=r"areas\.pack_malformed"):
        decode(data)


@given(outlines, st.data())
def test_damaged_outlines_are_refused_or_still_outlines(drawn, data):
    section = bytearray(encode(drawn))
    place = data.draw(st.integers(0, len(section) - 1))
    section[place] ^= data.draw(st.integers(1, 255))
    try:
        assert isinstance(decode(bytes(section)), Rings)
    except Malformed as refusal:
        assert refusal.code == "areas.pack_malformed"  # noqa: PT017


def test_numbers_are_little_endian_on_every_machine():
    assert packed(array("i", [1, -2])) == b"\x01\0\0\0\xfe\xff\xff\xff"
    assert list(numbers(b"\x01\0\0\0\xfe\xff\xff\xff")) == [1, -2]


def test_area_is_positive_counter_clockwise():
    square = ((0, 0), (2, 0), (2, 2), (0, 2))
    assert twice_area(square) == 8 == -twice_area(square[::-1])
