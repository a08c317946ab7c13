"""
Goal: every page is whole without a script, in both languages, whatever it is asked.

Method: pages of real boards, read with a strict little parser: elements close, ids are unique,
labels point somewhere, nothing runs or is styled inline. Then what each parameter does.
"""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.web.page_source import Day, alert, ukraine

from tocsin.web.files import SHARED

MORNING = Day("2023-01-26T06:15:00+00:00")
LIVE = Day("2023-01-26T06:15:00+00:00", alerts=[], replay=False)
KYIV = ukraine().get("UA-30").code
VOID = {"meta", "link", "input", "br", "path", "rect", "circle"}
EVERY_PAGE = ["/", f"/?area={KYIV}", "/?area=UA-30,UA-12", "/wall", "/wall?area=UA-32", "/?q=Київ",
              "/?at=2023-01-26T06:15:00Z", "/?area=nowhere", "/?dir=rtl"]  # fmt: skip


class Strict(HTMLParser):
    """Collects what is wrong with a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        self.wrong += [
            f"{tag} {name}" for name in values if name == "style" or name.startswith("on")
        ]
        if tag == "style" or (
            tag == "script" and not (values.get("src") or "json" in values["type"])
        ):
            self.wrong.append(f"inline {tag}")
        if "id" in values:
            self.ids.append(values["id"])
        for name in ("for", "aria-labelledby"):
            if name in values:
                self.references.append(values[name])
        if values.get("href", "").startswith("#"):
            self.references.append(values["href"][1:])
        if tag == "a" and not values.get("href"):
            self.wrong.append("link to nowhere")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.wrong.append(f"</{tag}>")

    def handle_data(self, data):
        if not (self.open and self.open[-1] in {"script", "title"}):
            self.text += data


def read(html: str) -> Strict:
    parser = Strict()
    parser.feed(html)
    parser.close()
    return parser


def said(html: str) -> str:
    return " ".join(read(html).text.split())


@pytest.mark.parametrize("path", EVERY_PAGE)
@pytest.mark.parametrize("language", ["uk", "en"])
def test_every_page_is_sound_html(ask, path, language):
    page = read(ask(MORNING, path, **{"accept-language": language}).text)

    assert page.wrong == []
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert set(page.references) <= set(page.ids)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_an_english_page_has_no_ukrainian_left_in_it(ask, path):
    html = ask(MORNING, path, **{"accept-language": "en"}).text.replace("Українською", "")
    html = re.sub(r'<script type="application/json".*?</script>', "", html)
    html = re.sub(r'value="[^"]*"', "", html)

    assert re.findall("[Ѐ-ӿ]+", html) == []


def test_the_state_of_my_area_is_the_first_thing_on_the_page(ask):
    page = said(ask(MORNING, "/?area=UA-30", **{"accept-language": "uk"}).text)

    assert page.startswith(
        "Тривога Київ Повітряна тривога з 07:45:43 за Києвом, 29 хв тому Негайно"
    )


def test_the_all_clear_is_told(ask):
    after = Day("2023-01-26T10:10:00+00:00")

    assert "Відбій тривоги о 12:08:08 за Києвом, 1 хв тому" in said(ask(after, "/?area=UA-30").text)


def test_several_areas_are_shown_the_most_dangerous_first(ask):
    source = Day(
        "2023-01-26T06:15:00+00:00",
        alerts=[alert("UA-12", datetime(2023, 1, 26, 6, tzinfo=UTC))],
        unknown=[("UA-05", None)],
    )
    html = ask(source, "/?area=UA-30,UA-05,UA-12").text

    assert re.findall(r'<section class="panel" [^>]*data-state="(\w+)"', html) == [
        "warning",
        "unknown",
        "calm",
    ]


def test_without_an_area_the_page_shows_the_country_and_asks_where_one_is(ask):
    page = said(ask(MORNING, "/", **{"accept-language": "en"}).text)

    assert page.startswith("26 of 27 Regions under alert Ukraine as of 08:15:00 Kyiv time")
    assert "Where are you?" in page


def test_the_list_says_what_the_map_shows(ask):
    html = ask(MORNING, "/").text
    regions = [ukraine().get(code).name["uk"] for code in ukraine().children(ukraine().root.code)]

    assert all(name in read(html).text for name in regions)
    assert html.count('class="warning"') > 100


def test_a_name_that_fits_several_places_lists_them_all(ask):
    page = ask(MORNING, "/?q=Іванівка")
    links = re.findall(r'<li><a href="(/\?area=[^"]+&amp;keep=1)">', page.text)

    assert page.status_code == 200
    assert len(links) == len(set(links)) > 1


def test_a_name_nobody_knows_is_said_and_not_guessed(ask):
    page = ask(MORNING, "/?q=Атлантида<script>")

    assert page.status_code == 404
    assert "Не знайшли «Атлантида&lt;script&gt;»" in page.text


def test_choosing_an_area_remembers_it_in_the_browser(ask):
    kept = ask(MORNING, "/?area=UA-30,31&keep=1")
    page = ask(MORNING, "/", cookie=f"areas={quote(KYIV)}")

    assert kept.status_code == 303
    assert kept.headers["location"] == f"/?area={KYIV}"
    assert f"areas={KYIV}" in kept.headers["set-cookie"]
    assert "Тривога Київ" in said(page.text)
    assert page.headers["cache-control"].startswith("private")


def test_forgetting_leaves_nothing_behind(ask):
    gone = ask(MORNING, "/?forget=1", cookie=f"areas={KYIV}")

    assert gone.headers["location"] == "/?area="
    assert "Max-Age=0" in gone.headers["set-cookie"]


def test_a_point_is_turned_into_an_area_and_leaves_the_address(ask):
    found = ask(MORNING, "/?lat=50.45&lon=30.52")
    sea = ask(MORNING, "/?lat=44.0&lon=32.0")
    nonsense = ask(MORNING, "/?lat=x&lon=nan")

    assert found.headers["location"] == f"/?area={KYIV}"
    assert (sea.status_code, nonsense.status_code) == (404, 404)
    assert "30.52" not in found.text


def test_the_past_is_marked_and_not_refreshed(ask):
    page = ask(LIVE, "/?at=2023-01-26T05:00:00Z", **{"accept-language": "en"}).text

    assert "THE PAST" in said(page)
    assert "07:00:00" in said(page)
    assert "http-equiv" not in page


def test_the_future_is_not_told_unless_it_is_a_replay(ask):
    later = "/?at=2023-01-26T10:20:00Z"

    assert 'class="page past"' not in ask(LIVE, later).text
    assert "4 of 27" in said(ask(MORNING, later, **{"accept-language": "en"}).text)


def test_the_days_form_works_without_a_script(ask):
    page = ask(MORNING, "/?area=&day=2023-01-26&minute=740", **{"accept-language": "en"}).text

    assert "4 of 27" in said(page)
    assert "12:20:00" in said(page)


def test_a_replay_says_so_on_every_page_and_picture(ask):
    for path in ("/", "/?area=UA-30", "/wall", "/map.svg", "/badge/UA-30.svg"):
        assert "ПОВТОР" in ask(MORNING, path).text
    page = ask(LIVE, "/").text
    assert re.search(r'<aside class="ribbon"[^>]* hidden>', page)


def test_without_a_script_a_live_page_loads_itself_anew(ask):
    assert '<noscript><meta http-equiv="refresh" content="15"></noscript>' in ask(LIVE, "/").text


def test_the_first_view_is_small_on_the_wire(ask):
    page = ask(MORNING, "/?area=UA-30").text
    needed = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    bodies = [page.encode(), *(ask(MORNING, path).content for path in needed)]

    assert sum(len(gzip.compress(body, 5)) for body in bodies) < 60_000


def test_the_scripts_data_is_the_board_and_cannot_end_its_element(ask):
    source = Day(MORNING.at.isoformat(), alerts=[
        alert("UA-30", MORNING.at, text={"uk": "</script><script>alert(1)</script>"})])  # fmt: skip
    html = ask(source, "/?area=UA-30").text
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', html)[1]

    assert json.loads(block)["board"] == source.board()
    assert "<script>alert" not in html


def test_pages_pass_unknown_parameters_over(ask):
    assert ask(MORNING, "/?utm=1&area=UA-30&x=y").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [("/?area=XX", 404), ("/?at=soon", 400), ("/?area=UA-30,XX", 404), ("/?at=08:15", 200)],
)
def test_what_is_not_understood_is_said_on_a_whole_page(ask, path, status):
    page = ask(MORNING, path)

    assert page.status_code == status
    assert "</html>" in page.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.dictionaries(
    st.sampled_from(["area", "at", "day", "minute", "q", "lat", "lon", "lang", "dir", "keep"]),
    st.text(max_size=40), max_size=5,
))  # fmt: skip
def test_any_question_gets_a_page(ask, asked):
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
    answer = ask(MORNING, f"/?{query}")

    assert answer.status_code in {200, 303, 400, 404}


@pytest.mark.parametrize("width", ["119", "2401", "wide", "-5", "99999999"])
def test_a_picture_wider_than_any_wall_is_refused(ask, width):
    from tocsin.kernel.errors import Malformed

    with pytest.raises(Malformed) as refused:
        ask(MORNING, f"/map.png?width={width}")

    assert refused.value.code == "web.width"


def test_a_picture_brings_its_own_policy_and_the_moment_asked_for(ask):
    picture = ask(MORNING, "/map.svg?at=2023-01-26T10:20:00Z&lang=en")

    assert "12:20:00 Kyiv time" in picture.text
    assert picture.headers["content-security-policy"].startswith("default-src 'none'")
    assert ask(MORNING, "/map.png?width=240").headers["content-type"] == "image/png"


def test_a_right_to_left_page_says_that_it_is_a_proof(ask):
    page = ask(LIVE, "/?dir=rtl").text

    assert '<html lang="uk" dir="rtl"' in page
    assert "Проба письма справа наліво" in page


# --- What the edge may give to others -------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", f"/?area={KYIV}", "/wall", "/map.svg", "/badge/UA-30.svg"])
def test_what_all_are_answered_alike_says_of_which_place_it_is(ask, path):
    assert ask(LIVE, path).headers[SHARED] == "e1:100"


@pytest.mark.parametrize("path", ["/", f"/?area={KYIV}", "/wall", "/map.svg", "/badge/UA-30.svg"])
@pytest.mark.parametrize("cookie", ["another=1", "areas=UA-30; another=1", "nothing"])
def test_who_brings_a_cookie_that_no_page_has_given_is_answered_for_himself(ask, path, cookie):
    assert SHARED not in ask(LIVE, path, cookie=cookie).headers


@pytest.mark.parametrize(
    "path",
    [
        "/?lang=en",
        "/?area=UA-30&keep=1",
        "/?forget=1",
        "/?lat=50.45&lon=30.52",
        "/?lat=0&lon=0",
        "/?area=nowhere",
        "/?q=nowhere",
        "/?at=never",
    ],
)
def test_what_leaves_something_with_the_reader_or_is_no_answer_is_not_for_others(ask, path):
    assert SHARED not in ask(LIVE, path, **{"accept-language": "uk"}).headers


def test_what_is_for_all_depends_on_nothing_but_the_words(ask):
    """The edge asks with host, language, what pages remember, and whether gzip is taken."""
    others = {
        "user-agent": "a", "accept": "image/png", "referer": "http://a/", "origin": "http://a",
        "if-none-match": "*", "range": "bytes=0-9", "x-forwarded-for": "1.2.3.4", "dnt": "1",
        "cache-control": "no-cache", "sec-fetch-mode": "navigate",
    }  # fmt: skip
    words = {"accept-language": "en", "accept-encoding": "gzip", "cookie": "areas=UA-30; lang=uk"}
    for path in ("/", f"/?area={KYIV}", "/wall", "/map.svg", "/badge/UA-30.svg", "/sw.js"):
        plain, dressed = ask(LIVE, path, **words), ask(LIVE, path, **words, **others)

        assert plain.headers[SHARED]
        assert dressed.content == plain.content
        assert dressed.headers == plain.headers
        varies = {part.strip() for part in plain.headers.get("vary", "").lower().split(",")}
        assert varies <= {"", "cookie", "accept-language", "accept-encoding"}
