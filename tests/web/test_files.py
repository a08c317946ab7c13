"""
Goal: the pages' files come from here, may be kept for long, and never mix versions.

Method: asked for like a browser does; the style sheet and scripts read for what must not be there.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.web.page_source import Day

from tocsin.web.files import FOR_ALL, SHARED, Files
from tocsin.web.guard import OPEN_PATHS
from tocsin.web.phrases import PHRASES

STATIC = Path(__file__).parents[2] / "src/tocsin/web/static"
SOURCE = Day("2023-01-26T06:15:00+00:00")


def test_a_file_of_this_version_may_be_kept_and_another_not(ask):
    now = ask(SOURCE, Files().address("style.css"))
    old = ask(SOURCE, "/static/000000000000/style.css")

    assert "immutable" in now.headers["cache-control"]
    assert old.headers["cache-control"] == "no-cache"
    assert now.content == old.content
    assert now.headers[SHARED] == old.headers[SHARED] == FOR_ALL


@pytest.mark.parametrize("path", ["/sw.js", "/manifest.webmanifest"])
def test_what_stands_at_the_root_names_the_version(ask, path):
    answer = ask(SOURCE, path)

    assert Files().version in answer.text
    assert answer.headers["cache-control"] == "no-cache"


def test_the_worker_keeps_every_file_that_a_page_needs(ask):
    worker = ask(SOURCE, "/sw.js").text
    kept = {path.name for path in STATIC.iterdir() if path.suffix in {".js", ".css"}} - {"sw.js"}

    assert all(f'"{name}"' in worker for name in kept if not name.startswith("keeper"))


def test_the_keepers_worker_keeps_what_the_keepers_page_loads(ask):
    worker = ask(SOURCE, "/keeper-worker.js").text
    page = ask(SOURCE, "/keeper").text
    loaded = set(re.findall(r'"/static/[0-9a-f]{12}/([^"]+)"', page))

    assert Files().version in worker
    assert {"keeper.js", "keeper.css", "style.css", "words.js"} <= loaded
    assert all(f'"{name}"' in worker for name in loaded)


def test_nothing_is_loaded_from_another_host():
    for path in filter(Path.is_file, STATIC.iterdir()):  # Others' are watched in a browser.
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//[a-z0-9-]+\.[a-z]", text), path.name


def test_the_client_module_may_be_imported_from_any_origin(ask):
    answer = ask(SOURCE, "/tocsin.js")

    assert "export function follow" in answer.text
    assert "/tocsin.js".startswith(OPEN_PATHS)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"


def test_the_client_module_is_small():
    import gzip

    assert len(gzip.compress(Files()._bodies["tocsin.js"])) <= 4_000


def test_the_style_sheet_knows_no_left_or_right():
    style = (STATIC / "style.css").read_text(encoding="utf-8")

    assert not re.search(r"\b(margin|padding|border)-(left|right)\b|\b(left|right)\s*:", style)
    assert not re.search(r"text-align:\s*(left|right)", style)


def test_every_size_of_a_word_has_its_rule():
    style = (STATIC / "style.css").read_text(encoding="utf-8")
    sizes = {size for key, pair in PHRASES.items() if key.startswith("size.") for size in pair}

    assert all(f".s{size} {{ --s: {size}; }}" in style for size in sizes)


def test_comments_are_not_sent():
    bodies = Files()._bodies

    assert not any(body.lstrip().startswith(b"/*") for body in bodies.values())
    assert b"\n//" not in b"".join(bodies.values())


def test_the_script_of_the_first_view_is_small():
    import gzip

    first = [
        gzip.compress(body)
        for name, body in Files()._bodies.items()
        if name.endswith(".js")
        and name not in {"sw.js", "sound.js", "day.js", "choose.js"}
        and not name.startswith(("keeper", "shelter", "power"))
    ]

    assert sum(map(len, first)) <= 12_000
