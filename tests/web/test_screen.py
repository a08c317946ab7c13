"""
Goal: what surrounds a page (title, icon, links, the script's data) follows from what is shown.

Method: one example each; pages as a whole are tested in `test_pages.py`. That a page lets commands
pass is shown with a command that begins while the page is being made.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from datetime import UTC, datetime

import pytest
from tests.web.page_source import Day, alert, ukraine

from tocsin.views.shelter_walks import Spot, Stage
from tocsin.web import right_of_way
from tocsin.web.files import Files
from tocsin.web.map import Drawing
from tocsin.web.right_of_way import RightOfWay
from tocsin.web.screen import Asked, Screen, icon, link

KYIV, LVIV = ukraine().get("UA-30"), ukraine().get("UA-46")
MORNING = Day("2023-01-26T06:15:00+00:00")


def asked(**changed) -> Asked:
    plain = {
        "language": "uk",
        "areas": (),
        "remembered": False,
        "at": None,
        "sought": "",
        "found": (),
        "problem": None,
        "problem_text": "",
        "rtl": False,
    }
    return Asked(**plain | changed)


def screen(source=MORNING, way=None, stage=None) -> Screen:
    drawing = Drawing(source.gazetteer, source.outlines)
    return Screen(source, drawing, Files(), way or RightOfWay(), stage)


def rendered(shown: Screen, **changed):
    return asyncio.run(shown.render("page.html", asked(**changed)))


def test_from_a_demo_a_way_leads_to_its_invented_city_and_from_no_other_page():
    city = Stage(KYIV.code, 300, (Spot({"uk": "Площа", "en": "Square"}, 0.01, -29.989),))
    way = b'href="/shelter?lat=0.01&amp;lon=-29.989"'

    assert way in rendered(screen(stage=city)).plain
    assert way not in rendered(screen(stage=city), at=MORNING.now()).plain, "it plays now"
    assert way not in rendered(screen()).plain


def test_a_link_remembers_areas_once_and_forgets_the_last():
    assert link([KYIV.code, LVIV.code, KYIV.code]) == f"/?area={KYIV.code},{LVIV.code}&keep=1"
    assert link([KYIV.code], without=KYIV.code) == "/?forget=1"


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ("warning", "warning"),
        ("part", "warning"),
        ("country", "warning"),
        ("calm", "calm"),
        ("drill", "drill"),
        ("unknown", "unknown"),
        ("watch", "unknown"),
    ],
)
def test_the_icon_tells_calm_from_everything_else(state, name):
    assert icon(state) == name


def test_the_title_begins_with_the_word():
    page = rendered(screen(), areas=(KYIV,)).plain.decode()

    assert "<title>Тривога · Київ</title>" in page


def test_the_script_is_given_the_same_board_clock_and_areas():
    at = datetime(2023, 1, 26, 5, tzinfo=UTC)
    html = rendered(screen(), areas=(KYIV,), at=at).plain.decode()
    data = json.loads(html.partition('id="data">')[2].partition("</script>")[0])

    assert data["at"] == data["now"] == data["board"]["as_of"] == "2023-01-26T05:00:00.000Z"
    assert data["areas"] == [KYIV.code]
    assert data["tree"][KYIV.code] == ["UA", "Київ"]
    assert len(data["tree"]) == 1 + 27 + 136
    assert data["replay"] is True


def test_the_map_is_drawn_once_for_equal_states():
    shown = screen(Day("2023-01-26T06:15:00+00:00", alerts=[alert(KYIV.code, MORNING.at)]))
    rendered(shown)
    rendered(shown, areas=(LVIV,))

    assert shown._inline.cache_info().hits == 1


def test_a_page_is_rendered_once_a_second_and_anew_after_a_change():
    source = Day("2023-01-26T06:15:00.100+00:00")
    shown = screen(source)
    first = rendered(shown)
    source.at = datetime(2023, 1, 26, 6, 15, 0, 900_000, tzinfo=UTC)
    again = rendered(shown)
    source.position += 1
    changed = rendered(shown)
    source.at = datetime(2023, 1, 26, 6, 15, 1, tzinfo=UTC)
    later = rendered(shown)

    assert again is first
    assert changed is not first
    assert later is not changed
    assert gzip.decompress(first.packed) == first.plain


def test_a_page_and_a_picture_say_of_which_place_they_are():
    assert rendered(screen()).place == "e1:100"
    assert asyncio.run(screen().picture(asked())).place == "e1:100"


def test_two_who_ask_at_once_have_it_made_once():
    shown = screen()

    async def both():
        return await asyncio.gather(*(shown.render("page.html", asked()) for _ in range(2)))

    first, second = asyncio.run(both())

    assert first is second


def test_who_waited_while_something_happened_gets_what_stands_then():
    source = Day("2023-01-26T06:15:00+00:00")
    shown = screen(source)

    async def one_and_then_another():
        first = asyncio.get_running_loop().create_task(shown.render("page.html", asked()))
        await asyncio.sleep(0)
        second = asyncio.get_running_loop().create_task(
            shown.render("page.html", asked(areas=(KYIV,)))
        )
        await asyncio.sleep(0)
        source.position += 1
        await first
        return await second

    assert asyncio.run(one_and_then_another()).place == "e1:101"


def test_a_page_shows_one_moment_whatever_happens_while_it_is_made():
    source = Day("2023-01-26T06:15:00+00:00")
    way = RightOfWay()
    shown = screen(source, way)

    async def changed_meanwhile():
        making = asyncio.get_running_loop().create_task(shown.render("page.html", asked()))
        give, steps = way.give, 0

        async def happens(until, *, rests):
            nonlocal steps
            steps += 1
            await give(until, rests=rests)
            if steps == 2:
                source.at, source.alerts = datetime(2023, 1, 26, 7, tzinfo=UTC), []
                source.position += 1

        way.give = happens
        return await making

    told = json.loads(
        asyncio.run(changed_meanwhile())
        .plain.decode()
        .partition('id="data">')[2]
        .partition("</script>")[0]
    )

    assert told["now"] == told["board"]["as_of"] == "2023-01-26T06:15:00.000Z"
    assert told["board"]["position"] == 100
    assert told["board"]["alerts"]


def test_a_page_takes_its_time_unless_somebody_waits_for_the_next(monkeypatch):
    monkeypatch.setattr(right_of_way, "REST_S", 3_600)

    async def made(others):
        shown, loop = screen(), asyncio.get_running_loop()
        first = loop.create_task(shown.render("page.html", asked()))
        behind = [
            loop.create_task(shown.render("page.html", asked(areas=(area,)))) for area in others
        ]
        await asyncio.wait([first], timeout=30 if others else 0.5)
        done = first.done()
        for task in (first, *behind):
            task.cancel()
        await asyncio.gather(first, *behind, return_exceptions=True)
        return done

    assert asyncio.run(made([KYIV]))
    assert not asyncio.run(made([]))


def test_a_command_that_comes_while_a_page_is_made_is_over_before_it(monkeypatch):
    monkeypatch.setattr(right_of_way, "WAITS_S", 3_600)
    monkeypatch.setattr(right_of_way, "REST_S", 0)
    way = RightOfWay()
    shown = screen(way=way)
    order = []

    async def page():
        await shown.render("page.html", asked())
        order.append("page")

    async def command():
        for _ in range(3 * right_of_way.TURNS):
            await asyncio.sleep(0)  # Three steps of the page.
        with way.command():
            for _ in range(200):
                await asyncio.sleep(0)
            order.append("command")

    async def both():
        await asyncio.gather(page(), command())

    asyncio.run(both())

    assert order == ["command", "page"]


def test_a_picture_of_the_past_is_marked_as_one():
    source = Day("2023-01-26T06:15:00+00:00", replay=False)

    def picture(**changed):
        return asyncio.run(screen(source).picture(asked(**changed))).svg

    assert "МИНУЛЕ" in picture(at=datetime(2023, 1, 26, 5, tzinfo=UTC))
    assert "МИНУЛЕ" not in picture()
