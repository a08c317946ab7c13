"""
Goal: an answer put together from prepared pieces is the answer, compressed or not.

Method: any text around any moment, unpacked by the standard library's own reader, whole and in
pieces, as a client reads from a wire.
"""

from __future__ import annotations

import gzip
import zlib

from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.prepared import Prepared
from tocsin.kernel.time import Moment

pieces = st.one_of(st.binary(max_size=50), st.binary(max_size=20).map(lambda text: text * 5_000))
moments = st.text("0123456789-:TZ.", min_size=0, max_size=40).map(Moment)


@given(pieces, pieces, st.lists(moments, min_size=1, max_size=4))
def test_what_is_unpacked_is_the_text_with_its_moment(before, after, shown):
    ready = Prepared(before, after)
    for moment in shown:
        plain = ready.plain(moment)

        assert plain == before + moment.encode() + after
        assert gzip.decompress(ready.gzipped(moment)) == plain


@given(pieces, pieces, moments, st.integers(1, 64))
def test_a_client_that_reads_bit_by_bit_gets_the_same(before, after, moment, size):
    ready = Prepared(before, after)
    packed, reader = ready.gzipped(moment), zlib.decompressobj(16 + zlib.MAX_WBITS)
    text = b"".join(reader.decompress(packed[at : at + size]) for at in range(0, len(packed), size))

    assert text + reader.flush() == ready.plain(moment)
    assert reader.eof
    assert reader.unused_data == b""


def test_a_board_becomes_much_smaller():
    board = b'{"id":"UA80000000000093317-1-00000000","level":"warning"},' * 300
    ready = Prepared(b'{"as_of":"', b'","alerts":[' + board + b"]}")

    assert len(ready.gzipped(Moment("2023-01-26T06:30:00.000Z"))) < len(board) // 50
