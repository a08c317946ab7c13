"""
Goal: my address to my answer in two actions; later, without a network, with its age.

Method: a city with electricity behind a real server, in a real browser whose clock a test moves;
each page is looked at in two languages and two schemes, with keys and without a script.
"""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.e2e.conftest import LAPTOP, PHONE, until, word_of
from tests.e2e.lit_city import KYIV, SHA, cuts, lit_city, restores, say
from tests.e2e.test_offline import READY
from tests.e2e.test_reach import RULES

MINE = "/power?operator=grid&group=1.1"
PAGES = ["/power?group=1.1", "/power?group=2.1", f"/power/plan/{SHA}", "/power?group=9.9"]
KEPT = """caches.keys()
  .then((names) => caches.open(names.find((name) => name.startsWith("tocsin-"))))
  .then((cache) => cache.match("/kept/power?grid/1.1")).then((found) => found !== undefined)"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with lit_city(tmp_path_factory.mktemp("lit")) as served:
        yield served


def test_an_address_has_its_answer_in_two_actions(served, open_page):
    page = open_page(f"{served.url}/power?lang=en")
    page.get_by_label("Street").fill("Світла")
    page.get_by_label("House").fill("12")
    page.keyboard.press("Enter")

    expect(page.locator(".panel .place")).to_have_text("Group 1.1")
    assert word_of(page) == "Power on"
    expect(page.locator(".act")).to_have_text(re.compile(r"until \d\d:\d\d( tomorrow)?, then off"))
    assert "Світла" not in page.url
    assert page.locator(".strip").first.locator(".half").count() in {46, 48, 50}
    expect(page.locator(".strip .half.current")).to_have_count(1)
    assert re.search(
        r"\d\d:\d\d–\d\d:\d\d without power",
        page.locator(".bands").first.inner_text() + page.locator(".bands").last.inner_text(),
    )

    page.goto(f"{served.url}/power")
    expect(page.locator(".panel .place")).to_have_text("Group 1.1")
    page.get_by_role("button", name="Forget").click()
    page.goto(f"{served.url}/power")
    expect(page.get_by_label("Street")).to_be_visible()
    assert page.locator(".panel").count() == 0


def test_offline_the_last_answer_stands_with_its_age_and_goes_on_by_itself(served, open_page):
    page = open_page("about:blank")
    page.clock.install()
    page.goto(f"{served.url}{MINE}&lang=en")
    until(page, READY)
    until(page, KEPT)

    page.context.set_offline(True)
    page.goto(f"{served.url}/power")

    expect(page.locator(".panel .place")).to_have_text("Group 1.1")
    expect(page.locator("#asof")).to_have_text(
        re.compile(r"No connection\. As of \d\d:\d\d( yesterday)? Kyiv time, just now")
    )
    assert word_of(page) == "Planned: power on"
    page.clock.fast_forward("01:05:00")
    expect(page.locator(".panel")).to_have_attribute("data-power", "off")
    assert word_of(page) == "Power off"
    expect(page.locator("#asof")).to_contain_text("1 h 5 min ago")
    page.clock.fast_forward(72 * 3_600_000)
    expect(page.locator(".panel")).to_have_attribute("data-power", "unknown")
    expect(page.locator(".hint")).to_contain_text("The saved schedule has ended")
    expect(page.locator("#asof")).to_contain_text("3 days ago")


def test_an_emergency_is_shown_where_the_page_is_open_and_ends_there(served, open_page):
    page = open_page(f"{served.url}{MINE}&lang=en")
    expect(page.locator("#asof")).to_contain_text("As of")
    say(served, cuts("kyiv", KYIV), "emergency")
    page.evaluate("dispatchEvent(new Event('online'))")

    expect(page.locator(".panel")).to_have_attribute("data-power", "emergency")
    assert word_of(page) == "Emergency shutdown"
    expect(page.locator(".act")).to_have_text("Until further notice")
    expect(page.locator(".why").first).to_have_text("Reason: imminent danger")

    say(served, restores("kyiv", KYIV), "hourly")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".panel")).not_to_have_attribute("data-power", "emergency")


def test_the_page_of_alerts_notes_an_emergency_in_my_area_and_leads_to_it(served, open_page):
    page = open_page(f"{served.url}/?area=UA-51&lang=en")
    page.get_by_role("link", name="Power: emergency shutdown, Odesa, since").click()

    expect(page.locator(".panel .place")).to_have_text("Odesa")
    assert word_of(page) == "Emergency shutdown"
    page.goto(f"{served.url}/?area=UA-74&lang=en")
    assert page.locator("a[href^='/power']").count() == 2
    assert "emergency" not in page.locator(".rest").inner_text()


def test_an_answer_that_is_held_already_is_not_sent_again_through_the_edge(served):
    for _ in range(3):  # The half-hour may end in between, and with it what holds.
        first = served.get(MINE)
        again = served.get(MINE, headers={"if-none-match": first.headers["etag"]})
        if again.status_code == 304:
            break

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["as-of"] >= first.headers["as-of"]


def test_without_a_script_all_of_it_is_there(served, open_page):
    page = open_page(f"{served.url}{MINE}&lang=en", java_script_enabled=False)

    assert word_of(page) == "Power on"
    expect(page.locator("#asof")).to_contain_text("As of")
    expect(page.locator(".city th a")).to_have_text(["1.1", "1.2", "2.1"] * 2)
    page.get_by_label("Street").fill("Невідома")
    page.get_by_label("House").fill("1")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("alert")).to_contain_text("That house is in no list here")


def test_a_script_says_the_same_as_the_page_that_it_finds(served, open_page):
    lines = ("h1", ".since", ".act", ".hint", "#asof")
    for group, language in (("1.1", "uk"), ("2.1", "en")):
        address = f"{served.url}/power?group={group}&lang={language}"
        plain = open_page(address, java_script_enabled=False)
        live = open_page(address)
        expect(live.locator("#keeping")).to_be_visible()
        for _ in range(3):  # The minute may end between the two.
            said = [[page.locator(one).inner_text() for one in lines] for page in (plain, live)]
            if said[0] == said[1]:
                break
            plain.reload()
            live.reload()
            expect(live.locator("#keeping")).to_be_visible()

        assert said[0] == said[1]


@pytest.mark.parametrize(("language", "schemes"), [("uk", "light dark"), ("en", "dark")])
def test_axe_finds_nothing_and_nothing_overflows(served, open_page, language, schemes):
    page = open_page("about:blank")
    for path in PAGES[:2] if language == "uk" else PAGES[2:]:
        join = "&" if "?" in path else "?"
        page.goto(f"{served.url}{path}{join}lang={language}")
        expect(page.locator("h1")).to_be_visible()
        for scheme in schemes.split():
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page, options=RULES)
            told = [
                (one["id"], node["target"], node.get("failureSummary", ""))
                for one in found.response["violations"]
                for node in one["nodes"][:3]
            ]
            assert told == [], (path, scheme)
        for size in (LAPTOP, PHONE):
            page.set_viewport_size(size)
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert over <= 0, (path, size)


@pytest.mark.parametrize("language", ["uk", "en"])
def test_every_word_is_large_and_fits_a_phone(served, open_page, language):
    page = open_page(f"{served.url}{MINE}&lang={language}", java_script_enabled=True)
    expect(page.locator("#asof")).to_be_visible()
    for state in ("on", "planned", "off", "maybe", "emergency", "unknown"):
        size, spare = page.evaluate(SHOW, state)
        assert size >= 0.12 * PHONE["width"], (state, size)
        assert spare >= 0, (state, spare)


SHOW = """(state) => {
  const { words } = JSON.parse(document.getElementById("data").textContent);
  const word = document.querySelector(".panel").cloneNode(true).querySelector(".word");
  const panel = document.querySelector(".panel");
  panel.dataset.power = state;
  panel.querySelector("h1").replaceChildren(word);
  word.className = `word s${words[`litsize.${state}`]}`;
  word.replaceChildren(...words[`lit.${state}`].split("|").map((text) => {
    const line = document.createElement("span");
    line.className = "line";
    line.textContent = text;
    return line;
  }));
  const edge = panel.querySelector(".field").getBoundingClientRect().right;
  const ends = [...word.children].map((line) => {
    const range = document.createRange();
    range.selectNodeContents(line);
    return range.getBoundingClientRect().right;
  });
  return [parseFloat(getComputedStyle(word).fontSize), edge - Math.max(...ends)];
}"""


def test_keys_alone_reach_the_answer_the_table_and_the_list(served, open_page):
    page = open_page(f"{served.url}{MINE}&lang=en", viewport=LAPTOP)
    expect(page.locator("#keeping")).to_be_visible()
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(FOCUSED))

    assert {"street", "house", "locate", "keep", "wide", "summary", "1.2"} <= reached, reached
    page.locator(".same summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".same dl").first).to_be_visible()


FOCUSED = """() => {
  const one = document.activeElement;
  if (one.localName === "summary") return "summary";
  return one.id || one.className.split(" ")[0] || one.textContent.trim();
}"""
