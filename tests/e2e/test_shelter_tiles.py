"""
Goal: where an operator has map tiles the page shows a street map, and without them, without WebGL
or with tiles that fail it is what it was; nothing is asked of another host.

Method: the small invented city with an archive of one tile, in a browser that draws in software and
in one that cannot draw at all. The browser's own policy watch (`open_page`) stands over both.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright
from tests.e2e.conftest import ARGUMENTS, LAPTOP
from tests.e2e.invented_city import invented_city
from tests.e2e.test_reach import RULES
from tests.web.small_archive import parts, write

from tocsin.web.tiles import read_range

NEAR = "/shelter?lat=0.009&lon=-29.989&lang=en"
DRAWING = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    tiles = write(folder / "city.pmtiles")
    with invented_city(folder, tiles=str(tiles)) as (served, _):
        yield served


@pytest.fixture(scope="module")
def browser():
    """A browser that can draw, without a graphics card; in place of the other tests' own."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("There is no Chromium on this machine: apt install chromium.")
    with sync_playwright() as playwright:
        able = [one for one in ARGUMENTS if one != "--disable-gpu"] + DRAWING
        browser = playwright.chromium.launch(
            executable_path=chromium, chromium_sandbox=False, args=able
        )
        yield browser
        browser.close()


@pytest.fixture
def open_view(served, open_page):
    """Open the view; gives the page, the answers that came, and what its script said."""

    def opened(path=NEAR, prepare=None):
        page = open_page("about:blank", viewport=LAPTOP)
        answers, said = [], []
        page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # Needs a name.
        page.on("console", lambda one: said.append(one.text))
        if prepare is not None:
            prepare(page)
        page.goto(served.url + path)
        return page, answers, said

    return opened


def tiles_of(asked):
    return [one for one in asked if one.url.endswith(".pmtiles")]


def waiting(page, so):
    """Wait until something is so here; pages' events come only while the browser is asked."""
    for _ in range(400):
        if so():
            return
        page.wait_for_timeout(50)
    raise AssertionError(so)


def test_the_street_map_lies_over_the_drawing_with_the_same_on_it(served, open_view):
    page, answers, _ = open_view()
    if not page.evaluate("document.createElement('canvas').getContext('webgl2') !== null"):
        pytest.skip("This Chromium cannot draw in software.")
    shown = page.locator(".tiles.shown")
    expect(shown).to_be_visible()

    assert sorted(shown.locator(".pin:not(.here)").all_inner_texts()) == ["1", "2", "3", "4", "5"]
    expect(shown.locator(".pin.here")).to_have_count(1)
    expect(page.locator("#tiles-credit")).to_have_text("· © Nobody & sons")
    expect(page.locator("#map svg.plan")).to_have_count(1)
    waiting(page, lambda: len(tiles_of(answers)) >= 2)  # The directory, then a tile.
    assert {one.status for one in tiles_of(answers)} == {206}
    assert all(one.url.startswith((served.url, "data:")) for one in answers)
    assert Axe().run(page, options=RULES).response["violations"] == []

    other = page.locator(".cards > li").nth(1).locator(".show")
    other.click()
    expect(other).to_have_attribute("aria-pressed", "true")
    page.emulate_media(color_scheme="dark")
    expect(shown).to_be_visible()


def test_pictures_are_drawn_and_one_that_is_not_there_is_not_waited_for(open_view):
    archive = parts(at=(0.5, -29.5), raster=True)

    def part(route):
        begin, length = read_range(route.request.headers["range"], len(archive))
        said = f"bytes {begin}-{begin + length - 1}/{len(archive)}"
        body = archive[begin : begin + length]
        route.fulfill(status=206, body=body, headers={"content-range": said})

    def pictures(route):
        page = route.fetch()
        route.fulfill(response=page, body=page.text().replace('"vector":true', '"vector":false'))

    def prepare(page):
        page.route("**/*.pmtiles", part)
        page.route("**/shelter?*", pictures)

    page, _, said = open_view(prepare=prepare)

    expect(page.locator(".tiles.shown")).to_be_visible()
    assert not any("not shown" in one for one in said)


def test_tiles_that_fail_give_the_drawing_back(open_view):
    page, _, said = open_view(
        prepare=lambda page: page.route("**/*.pmtiles", lambda route: route.fulfill(status=503))
    )

    expect(page.locator("#map svg.plan")).to_be_visible()
    waiting(page, lambda: any("street map is not shown" in one for one in said))
    expect(page.locator(".tiles")).to_have_count(0)
    expect(page.locator("#tiles-credit")).to_have_text("")


def test_without_webgl_nothing_is_loaded_and_the_drawing_stays(open_view):
    blind = "HTMLCanvasElement.prototype.getContext = () => null"
    page, answers, said = open_view(prepare=lambda page: page.add_init_script(blind))

    expect(page.locator("#map svg.plan")).to_be_visible()
    waiting(page, lambda: said)
    assert said == ["The street map is not shown: no WebGL"]
    assert not any("vendor" in one.url for one in answers)
    assert not tiles_of(answers)


def test_a_place_beyond_the_tiles_has_the_drawing_alone(open_view):
    page, answers, _ = open_view("/shelter?lat=5.000&lon=-29.989&lang=en")

    expect(page.locator("#told")).to_contain_text("As of")
    assert not any("vendor" in one.url for one in answers)
    assert not tiles_of(answers)


def test_the_edge_hands_on_parts_and_never_the_whole(served):
    whole = Path(served.settings["tiles"]).read_bytes()
    part = served.get("/tiles/map.pmtiles", headers={"range": "bytes=7-99"})
    head = served._client.head(f"{served.url}/tiles/map.pmtiles", headers={"range": "bytes=0-9"})

    assert (part.status_code, part.content) == (206, whole[7:100])
    assert part.headers["content-range"] == f"bytes 7-99/{len(whole)}"
    assert (head.status_code, head.content) == (206, b"")
    assert head.headers["etag"] == part.headers["etag"]
    assert served.get("/tiles/map.pmtiles").status_code == 416
    kept = {"if-none-match": part.headers["etag"]}
    assert served.get("/tiles/map.pmtiles", headers=kept).status_code == 304
