"""
Goal: whoever comes can read and use the page: keys only, a screen reader, forced colours, grey.

Method: axe over every page, scheme and language; the word measured; the keyboard driven through.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.e2e.conftest import LAPTOP, PHONE, WALL

PAGES = [
    "/?area=UA-30",
    "/?area=UA-85,UA-30",
    "/",
    "/?q=Іванівка",
    "/?at=2023-01-26T10:20:00Z",
    "/wall?area=UA-30",
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("scheme", "language"), [("light", "uk"), ("dark", "en")])
def test_axe_finds_nothing(morning, open_page, path, scheme, language):
    join = "&" if "?" in path else "?"
    page = open_page(
        f"{morning.url}{path}{join}lang={language}",
        color_scheme=scheme,
        viewport=WALL if "wall" in path else PHONE,
    )
    expect(page.locator("#link, .ribbon").first).to_be_attached()
    found = Axe().run(page, options=RULES)
    told = [
        (one["id"], node["target"], node.get("failureSummary", ""))
        for one in found.response["violations"]
        for node in one["nodes"][:3]
    ]

    assert told == []


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_has_a_word_of_seven_to_one_and_large_enough(live, open_page, language, scheme):
    page = open_page(f"{live.url}/?area=UA-30&lang={language}", color_scheme=scheme)
    expect(page.locator("#link")).to_be_visible()
    states = ["warning", "part", "part_watch", "watch", "unknown", "drill", "calm", "lost"]
    for state in states:
        page.evaluate(SHOW, state)
        measured = page.evaluate(MEASURE)
        assert measured["contrast"] >= 7, (state, measured)
        assert measured["size"] >= 0.12 * PHONE["width"], (state, measured)
        assert measured["letter"] >= 0.105 * PHONE["width"], (state, measured)
        assert measured["overflow"] <= 0, (state, measured)


SHOW = """(state) => {
  const { words } = JSON.parse(document.getElementById("data").textContent);
  const panel = document.querySelector(".panel");
  panel.dataset.state = state;
  const word = panel.querySelector(".word");
  word.className = `word s${words[`size.${state}`]}`;
  word.replaceChildren(...words[`word.${state}`].split("|").map((text) => {
    const line = document.createElement("span");
    line.className = "line";
    line.textContent = text;
    return line;
  }));
}"""

MEASURE = """() => {
  const word = document.querySelector(".panel .word");
  const channels = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = (colour) => channels(colour).map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  let ground = word;
  const paint = (element) => getComputedStyle(element).backgroundColor;
  while (ground && /, 0\\)|transparent/.test(paint(ground))) ground = ground.parentElement;
  const back = ground ? paint(ground) : "rgb(255, 255, 255)";
  const [a, b] = [light(getComputedStyle(word).color), light(back)].sort((x, y) => y - x);
  const width = (line) => {
    const range = document.createRange();
    range.selectNodeContents(line);
    return range.getBoundingClientRect();
  };
  const lines = [...word.querySelectorAll(".line")]
    .map((line) => [line.textContent.length, width(line)]);
  const edge = document.querySelector(".panel .field").getBoundingClientRect().right;
  return {
    contrast: (a + 0.05) / (b + 0.05),
    size: parseFloat(getComputedStyle(word).fontSize),
    letter: Math.max(...lines.map(([n, box]) => box.width / n)),
    overflow: Math.max(...lines.map(([, box]) => box.right - edge)),
  };
}"""


@pytest.mark.parametrize("size", [PHONE, LAPTOP, WALL])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_its_screen(morning, open_page, size, path):
    page = open_page(f"{morning.url}{path}", viewport=size)

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("areas", ["UA-30", "UA-30,UA-51"])
@pytest.mark.parametrize("path", ["/", "/wall"])
def test_on_a_phone_every_word_stands_on_its_own_field(morning, open_page, path, areas):
    page = open_page(f"{morning.url}{path}?area={areas}&lang=uk", viewport=PHONE)
    words = page.locator(".panel .word")

    assert words.count() == len(areas.split(","))
    for number in range(words.count()):
        word, field = words.nth(number), page.locator(".panel").nth(number)
        inner, outer = word.bounding_box(), field.bounding_box()
        assert outer["y"] <= inner["y"]
        assert inner["y"] + inner["height"] <= outer["y"] + outer["height"]
        assert inner["height"] >= PHONE["width"] * 0.12
        assert (
            page.evaluate(
                "([x, y]) => document.elementFromPoint(x, y)?.closest('.word') !== null",
                [inner["x"] + 40, inner["y"] + inner["height"] / 2],
            )
            or inner["y"] > PHONE["height"] / 2
        )  # Below the fold, or under the ribbon.


def test_a_right_to_left_page_is_a_mirror(morning, open_page):
    page = open_page(f"{morning.url}/?area=UA-30&dir=rtl", viewport=LAPTOP)
    boxes = [page.locator(name).bounding_box() for name in (".panels", ".rest")]

    assert boxes[0]["x"] > boxes[1]["x"]
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_keyboard_alone_finds_a_place(live, open_page):
    page = open_page(f"{live.url}/?lang=en")
    page.locator("#q").focus()
    page.keyboard.type("Lviv Oblast")
    page.keyboard.press("Enter")
    expect(page.locator(".choices a").first).to_be_visible()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.choices a')"):
            break
    page.keyboard.press("Enter")

    expect(page.locator(".place")).to_have_text("Lviv Oblast")
    assert (
        page.evaluate("localStorage.getItem('tocsin.areas') || document.cookie").find("UA46") >= 0
    )
    page.goto(f"{live.url}/")
    expect(page.locator(".place")).to_have_text("Lviv Oblast")


def test_the_map_is_one_stop_and_arrows_walk_it(morning, open_page):
    page = open_page(f"{morning.url}/?lang=en", viewport=LAPTOP)
    expect(page.locator("#link")).to_contain_text("Connected")
    stops = page.evaluate("document.querySelectorAll('.raions a[tabindex=\"0\"]').length")
    page.locator('.raions a[tabindex="0"]').focus()
    first = page.inner_text("#caption")

    page.keyboard.press("ArrowRight")

    assert stops == 1
    assert ": alert" in first
    assert page.inner_text("#caption") != first
    expect(page.locator("#caption a")).to_have_text("Choose")


def test_the_map_can_be_skipped(morning, open_page):
    page = open_page(f"{morning.url}/?lang=en")
    page.locator("a.skip").focus()
    page.keyboard.press("Enter")

    assert page.evaluate("location.hash") == "#roll"


def test_a_screen_reader_hears_the_state_first(morning, open_page):
    page = open_page(f"{morning.url}/?area=UA-30&lang=en")

    expect(page.get_by_role("heading", level=1)).to_have_accessible_name("Alert Kyiv")
    expect(page.get_by_role("main")).to_match_aria_snapshot("""
      - main:
        - heading "Alert Kyiv" [level=1]
        - paragraph: Air-raid alert
        - paragraph:
          - time: /since 07:45:43 Kyiv time, \\d+ min ago/
        - paragraph: Take shelter now.
    """)


def test_position_is_asked_for_only_on_a_click_and_rounded(live, open_page):
    page = open_page(
        f"{live.url}/?lang=en",
        geolocation={"latitude": 50.450123, "longitude": 30.523456},
        permissions=["geolocation"],
    )
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.get_by_role("button", name="Use my location").click()

    expect(page.locator(".place")).to_have_text("Kyiv")
    assert any("lat=50.450&lon=30.523" in url for url in asked)
    assert "lat" not in page.url
    assert not any("50.4501" in url for url in asked)


def test_states_are_still_told_apart_in_forced_colours(live, open_page):
    page = open_page(f"{live.url}/?area=UA-30&lang=en", forced_colors="active")
    expect(page.locator("#link")).to_be_visible()
    seen = set()
    for state in ("warning", "part", "watch", "drill", "calm"):
        page.evaluate(SHOW, state)
        frame = "(() => { const s = getComputedStyle(document.querySelector('.field'));"
        seen.add(page.evaluate(f"{frame} return s.borderTopStyle + s.borderTopWidth; }})()"))

    assert len(seen) == 5
