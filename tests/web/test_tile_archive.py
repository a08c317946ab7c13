"""
Goal: an archive of map tiles is read or refused with a clear word before anything is made of it.

Method: small archives written by hand (`small_archive`), whole, changed in one place, and cut.
"""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.small_archive import parts, write

from tocsin.kernel.errors import Malformed
from tocsin.web.tile_archive import METADATA_BYTES, TileArchive


def opened(path):
    archive = TileArchive.open(path)
    archive.close()
    return archive


def test_the_head_tells_what_a_page_has_to_know(tmp_path):
    about = opened(write(tmp_path / "a.pmtiles")).about

    assert about.vector
    assert about.layers == ("roads", "buildings", "water")
    assert (about.zooms, about.bounds) == ((13, 13), (-31.0, -1.0, -29.0, 1.0))
    assert about.credit == "© Nobody & sons"


def test_pictures_have_no_layers(tmp_path):
    about = opened(write(tmp_path / "a.pmtiles", raster=True)).about

    assert (about.vector, about.layers) == (False, ())


def test_metadata_may_be_packed(tmp_path):
    packed = gzip.compress(json.dumps({"attribution": "<script>x</script> somebody"}).encode())
    about = opened(write(tmp_path / "a.pmtiles", metadata=packed, internal=2)).about

    assert (about.credit, about.layers) == ("x somebody", ())


@pytest.mark.parametrize(
    "changed",
    [
        {"metadata": b"no JSON"},
        {"metadata": b"[]"},
        {"metadata": b"[" * 100_000},
        {"metadata": gzip.compress(b" " * (METADATA_BYTES + 1)), "internal": 2},
        {"metadata": gzip.compress(b"{}")[:-4], "internal": 2},
        {"metadata": b"{}", "internal": 2},
        {"internal": 3},
        {"packed": 4},
        {"kind": 6},
        {"zooms": (9, 8)},
        {"zooms": (0, 31)},
        {"bounds": (10, 0, -10, 5)},
        {"bounds": (-200, 0, 10, 5)},
    ],
)
def test_what_no_browser_could_draw_is_refused(tmp_path, changed):
    with pytest.raises(Malformed, match=r"tiles\.file_malformed"):
        TileArchive.open(write(tmp_path / "a.pmtiles", **changed))


@given(st.integers(0, len(parts()) - 1))
def test_an_archive_that_was_cut_is_refused(tmp_path_factory, length):
    path = tmp_path_factory.getbasetemp() / "cut.pmtiles"
    path.write_bytes(parts()[:length])

    with pytest.raises(Malformed, match=r"tiles\.file_malformed"):
        TileArchive.open(path)


@given(st.integers(0, 126), st.integers(1, 255))
def test_a_damaged_head_is_read_or_refused(tmp_path_factory, at, change):
    damaged = bytearray(parts())
    damaged[at] ^= change
    path = tmp_path_factory.getbasetemp() / "damaged.pmtiles"
    path.write_bytes(damaged)

    try:
        TileArchive.open(path).close()
    except Malformed as error:
        assert error.code == "tiles.file_malformed"  # noqa: PT017  # Either is right.


@pytest.mark.parametrize("name", ["not.there", "."])
def test_what_cannot_be_read_is_said_so(tmp_path, name):
    with pytest.raises(Malformed, match=r"tiles\.file_unreadable"):
        TileArchive.open(tmp_path / name)


def test_another_file_has_another_tag(tmp_path):
    one = opened(write(tmp_path / "a.pmtiles"))
    two = opened(write(tmp_path / "b.pmtiles", attribution="Others"))

    assert one.etag != two.etag
    assert opened(tmp_path / "a.pmtiles").etag == one.etag


def test_what_was_opened_is_read_though_another_took_its_place(tmp_path):
    archive = TileArchive.open(write(tmp_path / "a.pmtiles"))
    write(tmp_path / "b.pmtiles", attribution="Others").replace(tmp_path / "a.pmtiles")

    assert b"Nobody" in archive.part(0, archive.size)
    archive.close()
