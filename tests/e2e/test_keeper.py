"""
Goal: what a keeper taps is counted exactly once, whatever becomes of the phone, the link and the
server meanwhile; nobody counts twice, opens or closes by accident, or is left without a reason.

Method: a real server with two shelters in its record; phones are browsers of their own; the server
is asked over its API, with a token of its own, what it believes.
"""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.e2e.conftest import LAPTOP, PHONE, until
from tests.e2e.keeper_phone import at_door, hold, send, tap
from tests.e2e.test_reach import RULES
from tests.e2e.wire import Wire
from tests.serving import revoke_token, started
from tests.serving import until as until_so
from tests.shelter_door import KEEP, Door, listed

WORKS_OFFLINE = (
    "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
)


@pytest.fixture
def door(live):
    """A shelter that no other test knows; it has a hundred places, and nobody has spoken of it."""
    name = uuid4().hex[:8]
    known = live.__dict__.setdefault("schools", [])
    known.append(name)
    listed(live.db, *known)
    found = Door(live, name)
    path = f"/api/v1/shelters/{found.id}"
    assert until_so(lambda: live.get(path).status_code == 200)
    return found


def test_taps_without_a_network_outlive_the_page_and_are_caught_up_with_once(door, open_page):
    page = at_door(open_page, door)
    until(page, WORKS_OFFLINE)
    posted = []
    page.context.on("request", lambda one: posted.append(one) if one.method == "POST" else None)
    page.context.set_offline(True)
    tap(page, "in", 1, 10)
    expect(page.locator("#inside")).to_have_text("10 inside of 100 · 90 free")

    page.reload()
    tap(page, "out", 1, 2)

    told = page.locator("#link-told")
    expect(told).to_contain_text(re.compile(r"12 taps wait, since \d\d:\d\d\. Kept on this phone"))
    other = page.context.new_page()
    page.close()
    other.goto(f"{door.served.url}/keeper")
    expect(other.locator("#inside")).to_contain_text("8 inside")
    expect(other.locator("#link-told")).to_contain_text("12 taps wait")
    assert door.inside() is None

    other.context.set_offline(False)

    door.becomes(8)
    expect(other.locator("#link-told")).to_contain_text("Connected")
    expect(other.locator("#inside")).to_have_text("8 inside of 100 · 92 free")
    assert len({one.post_data for one in posted}) <= 2  # Merged, and said word for word again.


def test_what_the_server_took_before_it_died_is_not_counted_again(tmp_path, open_page):
    db = tmp_path / "tocsin.db"
    with started(db) as first:
        listed(db, "1")
        wire = Wire(first.port)
        door = Door(first, "1")
        page = open_page(door.link(wire.url))
        expect(page.locator("#link-told")).to_contain_text("Connected")
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")  # It is fetched too.
        wire.lose_answers()
        tap(page, "in", 5)
        tap(page, "in", 1)
        expect(page.locator("#inside")).to_contain_text("6 inside")
        send(page)
        door.becomes(6)
        expect(page.locator("#link-told")).to_contain_text("2 taps")
        first.kill()
    tap(page, "out", 1)
    with started(db, token=first.token) as second:
        door.served = second
        wire.lead_to(second.port)
        send(page)

        expect(page.locator("#link-told")).to_contain_text("Connected")

        door.becomes(5)
        expect(page.locator("#inside")).to_have_text("5 inside of 100 · 95 free")
        page.context.close()
    wire.close()


def test_two_phones_at_one_door_add_up(door, open_page):
    one, other = at_door(open_page, door), at_door(open_page, door)

    tap(one, "in", 5, 2)
    tap(other, "in", 1, 3)
    tap(other, "out", 1)
    send(one, other)

    door.becomes(12)
    send(one, other)
    for page in (one, other):
        expect(page.locator("#inside")).to_have_text("12 inside of 100 · 88 free")


def test_two_thumbs_at_once_are_two_taps(door, open_page):
    page = at_door(open_page, door, has_touch=True)
    middles = []
    for name in (".out .tap1", ".in .tap10"):
        box = page.locator(name).bounding_box()
        middles.append({"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2})
    touch = page.context.new_cdp_session(page)

    def press(kind, *points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    left, right = ({**point, "id": number} for number, point in enumerate(middles))
    press("touchStart", left)
    press("touchStart", left, right)
    trembled = {**right, "x": right["x"] + 25, "y": right["y"] - 10}
    press("touchMove", left, trembled)
    press("touchEnd", left)
    press("touchEnd")

    expect(page.locator("#tally")).to_have_text("This phone today: 10 in, 1 out.")
    send(page)
    door.becomes(9)


def test_the_last_tap_is_taken_back_before_and_after_it_was_sent(door, open_page):
    page = at_door(open_page, door)
    tap(page, "in", 10)
    tap(page, "in", 5)
    page.locator("#undo").click()
    expect(page.locator("#undo")).to_contain_text("Undo +10 in")
    send(page)
    door.becomes(10)

    page.locator("#undo").click()

    expect(page.locator("#inside")).to_contain_text("0 inside")
    send(page)
    door.becomes(0)
    expect(page.locator("#undo")).to_be_disabled()
    expect(page.locator("#tally")).to_have_text("This phone today: 0 in, 0 out.")


def test_a_door_is_opened_by_holding_and_never_by_a_tap(door, open_page):
    page = at_door(open_page, door)
    expect(page.locator("#word")).to_have_text("Unknown")
    hold(page, "open", 100)
    expect(page.locator("#held")).to_contain_text("Not held for long enough")
    page.locator("#reason").fill("Side entrance only")

    hold(page, "open")

    expect(page.locator("#word")).to_have_text("Open")
    assert until_so(lambda: door.status()["state"] == "open")
    assert door.status()["reason"] == "Side entrance only"
    assert door.status()["by"] == "operator"
    expect(page.locator("#since")).to_contain_text("says its keeper")
    expect(page.locator("#notes")).to_contain_text("“Side entrance only”")


def test_heads_that_were_counted_are_what_counting_goes_on_from(door, open_page):
    page = at_door(open_page, door)
    tap(page, "in", 1)
    page.locator("#heads").fill("97")
    page.get_by_role("button", name="Set", exact=True).click()
    tap(page, "in", 5)

    expect(page.locator("#inside")).to_have_text("102 inside of 100 · 2 too many")
    send(page)
    door.becomes(102)


def test_the_keyboard_alone_counts_and_closes(door, open_page):
    page = at_door(open_page, door, viewport=LAPTOP)

    def go_to(selector):
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate(f"document.activeElement.matches('{selector}')"):
                return
        raise AssertionError(selector)

    go_to('.say[data-state="closed"]')
    page.keyboard.press("Enter")
    expect(page.locator("#held")).to_contain_text("Not held")
    page.keyboard.down("Space")
    expect(page.locator("#word")).to_have_text("Closed")
    page.keyboard.up("Space")
    go_to(".in .tap5")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    expect(page.locator("#inside")).to_contain_text("10 inside")
    send(page)

    door.becomes(10)
    assert door.status()["state"] == "closed"


def test_a_token_that_was_taken_back_is_said_and_loses_no_tap(door, open_page):
    mine = door.served.speaker(f"lost-{door.id}", KEEP)
    page = open_page(door.link().replace(door.token, mine))
    expect(page.locator("#link-told")).to_contain_text("Connected")
    revoke_token(door.served.db, mine, "UA-30")
    assert until_so(lambda: door.status(mine) is None)
    tap(page, "in", 1)
    expect(page.locator("#inside")).to_contain_text("1 inside")
    send(page)
    expect(page.locator("#locked")).to_contain_text("does not take this phone’s token")
    expect(page.locator("#link-told")).to_contain_text("1 tap waits")

    page.get_by_role("button", name="Another token").click()
    page.locator("#token").fill(door.token)
    page.locator("#go").click()

    expect(page.locator("#locked")).to_be_hidden()
    door.becomes(1)


def test_what_the_server_refuses_is_kept_with_its_reason_until_it_is_deleted(door, open_page):
    elsewhere = door.served.speaker("elsewhere", "shelters:keep:UA-46")
    page = open_page(door.link().replace(door.token, elsewhere))
    tap(page, "in", 1, 3)
    expect(page.locator("#inside")).to_contain_text("3 inside")
    send(page)
    refused = page.locator(".refused")
    expect(refused).to_contain_text("The server refused 3 taps")
    expect(refused).to_contain_text("not for this shelter")
    page.reload()
    expect(refused).to_contain_text("The server refused 3 taps")

    drop = refused.get_by_role("button", name="Delete")
    drop.dispatch_event("click")  # As a screen reader or a switch presses: without a finger.
    expect(page.locator("#held")).to_contain_text("Press once more")
    drop.dispatch_event("click")

    expect(refused).to_have_count(0)
    assert door.inside() is None


def test_a_phone_that_keeps_nothing_says_that_it_did_not_count(door, open_page):
    page = open_page("about:blank")
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined });")
    page.goto(door.link())
    tap(page, "in", 1)

    expect(page.locator("#not-kept")).to_contain_text("NOT COUNTED")
    expect(page.locator("#inside")).not_to_contain_text("1")


def test_a_phone_whose_clock_is_wrong_still_counts(door, open_page):
    page = open_page("about:blank")
    page.add_init_script("const own = Date.now; Date.now = () => own() + 3 * 3_600_000;")
    page.goto(door.link())
    expect(page.locator("#link-told")).to_contain_text("Connected")
    tap(page, "in", 1)
    expect(page.locator("#inside")).to_contain_text("1 inside")
    send(page)

    door.becomes(1)
    expect(page.locator(".refused")).to_have_count(0)


def test_a_login_page_of_some_network_takes_no_tap(door, open_page):
    page = at_door(open_page, door, service_workers="block")
    page.route("**/api/**", lambda route: route.fulfill(body="<html>Log in", status=200))
    tap(page, "in", 5)
    send(page)
    expect(page.locator("#link-told")).to_contain_text("What answers is not Tocsin")
    expect(page.locator("#link-told")).to_contain_text("1 tap waits")

    page.unroute("**/api/**")
    page.get_by_role("button", name="Try now").click()

    door.becomes(5)


def test_an_exercise_is_said_to_be_one_and_changes_nothing(door, open_page):
    page = open_page(door.link().replace("status=Actual", "status=Exercise"))
    expect(page.locator(".practice")).to_have_text("EXERCISE")
    tap(page, "in", 10)
    hold(page, "full")

    expect(page.locator("#word")).to_have_text("Full")
    send(page)
    expect(page.locator("#link-told")).to_contain_text("Connected")
    expect(page.locator("#inside")).to_have_text("10 inside of 100 · 90 free")
    assert (door.inside(), door.status()["state"]) == (None, "unknown")


def test_a_link_leaves_the_address_and_does_not_replace_a_token_unasked(door, open_page):
    page = at_door(open_page, door)
    assert page.url == f"{door.served.url}/keeper?lang=en"
    kept = "JSON.parse(localStorage.getItem('tocsin.keeper')).token"
    page.goto("about:blank")
    page.goto(door.link().replace(door.token, "tcs_0123456789ab_" + "x" * 43))

    expect(page.locator("#replace")).to_be_visible()
    assert page.evaluate(kept) == door.token
    assert "tcs_" not in page.url
    page.get_by_role("button", name="Keep the old one").click()
    page.locator("#go").click()

    expect(page.locator("#link-told")).to_contain_text("Connected")
    assert page.evaluate(kept) == door.token


def test_a_shelter_is_found_by_its_name_and_the_token_forgotten(door, open_page):
    page = open_page(f"{door.served.url}/keeper?lang=en")
    page.locator("#go").click()
    expect(page.locator("#wrong")).to_contain_text("That is no token")
    page.locator("#token").fill(door.token)
    page.locator("#q").fill(door.id.removeprefix("schools."))
    page.keyboard.press("Enter")
    page.locator(".offer").first.click()
    page.locator("#go").click()
    expect(page.locator("#wrong")).to_contain_text("Choose: for real, or an exercise.")
    page.get_by_label("For real").check()
    page.locator("#go").click()
    expect(page.locator("#name")).to_have_text(door.id.replace("schools.", "School "))

    page.get_by_role("button", name="Set up").click()
    forget = page.locator("#forget")
    forget.dispatch_event("click")
    forget.dispatch_event("click")

    expect(page.locator("#token")).to_be_visible()
    assert door.token not in page.evaluate("JSON.stringify(localStorage)")


@pytest.mark.parametrize(("scheme", "language"), [("light", "uk"), ("dark", "en")])
def test_axe_finds_nothing(door, open_page, scheme, language):
    page = open_page(f"{door.served.url}/keeper?lang={language}", color_scheme=scheme)
    shown = []
    for state in (None, "open", "full", "closed", "damaged"):
        if state == "open":
            page.goto("about:blank")
            page.goto(door.link().replace("lang=en", f"lang={language}"))
            expect(page.locator("#door")).to_be_visible()
            tap(page, "in", 10, 2)
        if state:
            page.evaluate(
                "(state) => { document.getElementById('door').dataset.state = state }", state
            )
        found = Axe().run(page, options=RULES).response["violations"]
        shown += [(state, one["id"], node["target"]) for one in found for node in one["nodes"]]

    assert shown == []


WIDEST_WORD = """() => {
  const { words } = JSON.parse(document.getElementById("data").textContent);
  const [door, word] = ["door", "word"].map((name) => document.getElementById(name));
  const text = document.createRange();
  return Math.max(...["open", "filling", "full", "closed", "damaged", "unknown"].map((state) => {
    door.dataset.state = state;
    word.textContent = words[`state.${state}`];
    text.selectNodeContents(word);
    return text.getBoundingClientRect().right / word.getBoundingClientRect().right;
  }));
}"""


@pytest.mark.parametrize("language", ["uk", "en"])
def test_the_hands_are_on_the_screen_and_nothing_is_wider_than_it(door, open_page, language):
    page = open_page(door.link().replace("lang=en", f"lang={language}"))
    expect(page.locator("#door")).to_be_visible()
    tap(page, "in", 1)
    across = {"width": PHONE["height"], "height": PHONE["width"]}
    for size in (PHONE, LAPTOP, across):
        page.set_viewport_size(size)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        for name in (".out .tap1", ".in .tap1", "#undo", *([] if size is across else [".large"])):
            box = page.locator(name).first.bounding_box()
            assert box["height"] >= 43
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= size["height"]
        assert page.evaluate(WIDEST_WORD) <= 1
        cut = "(all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).length"
        assert page.locator(".says button, .pad button").evaluate_all(cut) == 0


def test_without_a_script_the_page_says_that_it_needs_one(live, open_page):
    page = open_page(f"{live.url}/keeper?lang=en", java_script_enabled=False)

    expect(page.locator(".notice").first).to_contain_text("This page needs a script")
