"""
Goal: a line of a feed is read as it was written, and nothing else is taken for one.

Method: properties over all kinds, and over any bytes at all.
"""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.errors import Malformed
from tocsin.kernel.feed import KINDS, LINE_BYTES, Line, parse_line
from tocsin.kernel.wire import encode

bodies = st.dictionaries(st.text(), st.text() | st.integers() | st.none(), max_size=4).map(encode)
lines = st.builds(
    Line,
    st.sampled_from(sorted(KINDS)),
    bodies,
    st.from_regex(r"-|[A-Za-z0-9_-]{86}", fullmatch=True),
)


@given(lines)
def test_a_line_is_read_back_as_it_was_written(line):
    raw = line.encode()

    assert raw.count(b"\n") == 1
    assert parse_line(raw) == line


@given(st.binary(max_size=80))
def test_any_bytes_are_a_line_or_malformed(raw):
    with suppress(Malformed):
        assert parse_line(raw).kind in KINDS


@pytest.mark.parametrize("raw", [b"", b"board", b"board -", b"siren - {}", b"board - []", b"\n"])
def test_what_has_no_known_kind_or_no_body_is_malformed(raw):
    with pytest.raises(Malformed):
        parse_line(raw)


def test_a_signature_is_over_the_kind_as_well():
    board, tick = Line("board", b"{}"), Line("tick", b"{}")

    assert board.signed_text() != tick.signed_text()


def test_a_board_of_every_area_fits_ten_times():
    alert = json.dumps({"area": {"name": {"uk": "x" * 60}}, "text": {"uk": "x" * 500}})

    assert 1_633 * len(alert) * 10 < LINE_BYTES
