"""
Goal: any part of an archive can be had, none larger than a megabyte, and the whole never.

Method: the router behind the guard and the packing of answers, as the site has them; ranges drawn
at random are held against slices of the file.
"""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.small_archive import parts

from tocsin.web.files import FOR_ALL, SHARED
from tocsin.web.site import site
from tocsin.web.tile_archive import TileArchive
from tocsin.web.tiles import ADDRESS, PART_BYTES, Tiles, read_range

WHOLE = parts() + bytes(range(256)) * 5_000


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    path = tmp_path_factory.mktemp("tiles") / "map.pmtiles"
    path.write_bytes(WHOLE)
    archive = TileArchive.open(path)
    tiles = Tiles(archive)
    yield tiles, site([tiles.router()])
    archive.close()


def ask(served, path=ADDRESS, method="GET", **headers):
    async def call():
        transport = httpx.ASGITransport(served[1])
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            return await client.request(method, path, headers=named)

    return asyncio.run(call())


@given(st.integers(0, 2 * len(WHOLE)), st.integers(0, 2 * len(WHOLE)))
def test_a_range_is_that_part_of_the_file_or_none(first, last):
    found = read_range(f"bytes={first}-{last}", len(WHOLE))
    wanted = WHOLE[first : last + 1] if last >= first else b""

    if found is None:
        assert not wanted
    else:
        assert wanted.startswith(WHOLE[found[0] : sum(found)])
        assert found[1] == min(len(wanted), PART_BYTES)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bytes=100-", (100, PART_BYTES)),
        (f"bytes={len(WHOLE) - 1}-", (len(WHOLE) - 1, 1)),
        ("bytes=-5", (len(WHOLE) - 5, 5)),
        ("Bytes = 0 - 0", (0, 1)),
        (f"bytes=-{10**14}", (0, PART_BYTES)),
        *((bad, None) for bad in ("", "bytes=-", "bytes=-0", "bytes=1-0", "bytes=0-1,5-6")),
        *((bad, None) for bad in ("tiles=0-1", "bytes=a-b", f"bytes={10**16}-")),
        (f"bytes={len(WHOLE)}-", None),
    ],
)
def test_every_way_to_write_a_range(text, found):
    assert read_range(text, len(WHOLE)) == found


def test_a_part_is_answered_as_it_lies_in_the_file(served):
    answer = ask(served, range="bytes=10-200000", accept_encoding="gzip")

    assert answer.status_code == 206
    assert answer.content == WHOLE[10:200_001]
    assert answer.headers["content-range"] == f"bytes 10-200000/{len(WHOLE)}"
    assert answer.headers["content-length"] == "199991"
    assert answer.headers["accept-ranges"] == "bytes"
    assert SHARED not in answer.headers


@pytest.mark.parametrize("asked", [{}, {"range": "bytes=9999999999-"}, {"range": "pieces=0-1"}])
def test_no_part_no_answer_but_how_large_it_is(served, asked):
    answer = ask(served, **asked)

    assert answer.status_code == 416
    assert answer.json()["code"] == "tiles.bad_range"
    assert answer.headers["content-range"] == f"bytes */{len(WHOLE)}"


def test_what_is_still_the_same_is_not_sent_again(served):
    tag = ask(served, range="bytes=0-0").headers["etag"]

    assert ask(served, if_none_match=tag).status_code == 304
    assert ask(served, range="bytes=0-9", if_range=tag).content == WHOLE[:10]
    assert ask(served, range="bytes=0-9", if_range='"another"').status_code == 416
    assert ask(served, range="bytes=0-9", if_none_match='"another"').status_code == 206


def test_the_head_alone_has_no_body(served):
    whole, part = ask(served, method="HEAD"), ask(served, method="HEAD", range="bytes=5-9")

    assert (whole.status_code, part.status_code) == (200, 206)
    assert whole.content == part.content == b""
    assert whole.headers["etag"] == part.headers["etag"]
    assert part.headers["content-range"] == f"bytes 5-9/{len(WHOLE)}"


@pytest.mark.parametrize("packing", ["gzip", "identity"])
def test_the_libraries_come_unmodified_and_may_be_kept(served, packing):
    at = served[0].told()["libraries"]
    answer = ask(served, f"{at}pmtiles.js", accept_encoding=packing)

    assert answer.text.startswith('"use strict";var pmtiles=')
    assert answer.headers.get("content-encoding", "identity") == packing
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers[SHARED] == FOR_ALL
    assert "worker-src 'self';" in answer.headers["content-security-policy"]
    old = ask(served, "/static/vendor/000000000000/pmtiles.js")
    assert old.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["MANIFEST.json", "LICENSE-pmtiles.txt", "..", "none.js"])
def test_there_is_no_other_file_beside_them(served, name):
    assert ask(served, f"{served[0].told()['libraries']}{name}").status_code == 404


def test_a_page_is_told_of_no_other_host(served):
    told = served[0].told()

    assert not re.search(r"https?:|//", str(told))
    assert told["credit"] == "© Nobody & sons"
