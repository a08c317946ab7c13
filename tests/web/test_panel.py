"""
Goal: a panel says the right word, since when, what to do, and where it comes from.

Method: one board for each state, read as a person would; the country as the day went.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.web.page_source import Day, alert, ukraine

from tocsin.web.face import Scene
from tocsin.web.panel import country, panel
from tocsin.web.times import Times
from tocsin.web.wording import Wording

NOW = datetime(2023, 1, 26, 6, 15, tzinfo=UTC)
SINCE = datetime(2023, 1, 26, 6, 11, tzinfo=UTC)
KYIV_OBLAST = ukraine().get("UA-32").code
BILA_TSERKVA = ukraine().children(KYIV_OBLAST)[0]


def shown(code, *alerts, unknown=(), language="uk", cleared=None):
    scene = Scene(ukraine(), Day(NOW.isoformat(), alerts=list(alerts), unknown=unknown).board())
    times = Times(Wording(language), NOW)
    return panel(scene.face(ukraine().get(code).code), scene, times, cleared)


def test_an_alert_here_says_take_shelter_now():
    said = shown(
        "UA-30",
        alert("UA-30", SINCE, threat="drones", confirmations=[{"sender": "volunteers", "at": ""}]),
    )

    assert said.word == ("Тривога",)
    assert said.place == "Київ"
    assert said.what == "Повітряна тривога (дрони)"
    assert said.since == "з 08:11:00 за Києвом, 4 хв тому"
    assert said.act == "Негайно прямуйте в укриття."
    assert said.notes == ("Джерело: official, volunteers",)


def test_an_alert_around_names_the_area_it_was_raised_for():
    said = shown(BILA_TSERKVA, alert(KYIV_OBLAST, SINCE), language="en")

    assert said.state == "warning"
    assert said.notes[0] == "Raised for: Kyiv Oblast"


def test_an_alert_inside_is_an_alert_in_part_and_says_where():
    said = shown(KYIV_OBLAST, alert(BILA_TSERKVA, SINCE))

    assert said.word == ("Тривога", "місцями")
    assert said.act == "Якщо ви там, негайно прямуйте в укриття."
    assert said.notes[0] == "Де: Білоцерківський район"


def test_many_places_inside_are_counted_not_listed():
    districts = ukraine().children(KYIV_OBLAST)
    said = shown(KYIV_OBLAST, *(alert(code, SINCE) for code in districts))

    assert said.notes[0].endswith(f" і ще {len(districts) - 4}")


def test_a_watch_says_be_ready():
    said = shown("UA-30", alert("UA-30", SINCE, level="watch"), language="en")

    assert (said.state, said.word) == ("watch", ("Be", "ready"))


def test_a_drill_says_so_first():
    said = shown("UA-30", alert("UA-30", SINCE, status="Exercise"))

    assert said.word == ("НАВЧАННЯ",)
    assert "Справжньої тривоги не оголошено" in said.act


def test_a_technical_test_is_not_called_an_exercise():
    assert shown("UA-30", alert("UA-30", SINCE, status="Test"), language="en").word == ("TEST",)


def test_silence_is_unknown_and_says_since_when():
    said = shown("UA-30", unknown=[("UA", "2023-01-26T05:00:00.000Z")])

    assert said.word == ("Невідомо",)
    assert said.since == "Даних немає від 07:00:00 за Києвом, 1 год 15 хв тому"
    assert shown("UA-30", unknown=[("UA-30", None)]).since == "Даних ще не було"


def test_an_alert_from_a_source_that_went_quiet_says_that_there_may_be_more():
    said = shown("UA-30", alert("UA-30", SINCE), unknown=[("UA", None)], language="en")

    assert said.state == "warning"
    assert "The source has gone quiet; there may be more alerts." in said.notes


def test_a_region_with_a_silent_district_is_not_calm():
    said = shown(KYIV_OBLAST, unknown=[(BILA_TSERKVA, None)])

    assert said.state == "unknown"
    assert "Немає даних про: Білоцерківський район" in said.notes


def test_calm_says_as_of_when_or_when_the_all_clear_came():
    ended = datetime(2023, 1, 26, 6, 5, tzinfo=UTC)

    assert shown("UA-30").since == "станом на 08:15:00 за Києвом"
    assert shown("UA-30", cleared=ended).since == "Відбій тривоги о 08:05:00 за Києвом, 10 хв тому"


def test_hazards_that_ask_for_different_things_send_to_shelter_first():
    both = (alert("UA-30", SINCE, hazard="flood"), alert("UA-30", NOW))

    assert shown("UA-30", *both, language="en").act == "Take shelter now."
    assert shown("UA-30", both[0], language="en").act == "Move to higher ground."


def test_a_senders_own_words_are_shown_and_standard_ones_not_repeated():
    own = alert("UA-30", SINCE, text={"uk": "Вода відключена."})
    standard = alert("UA-30", SINCE, text={"uk": "Повітряна тривога. Негайно прямуйте в укриття."})

    assert "Вода відключена." in shown("UA-30", own).notes
    assert shown("UA-30", standard).notes == ("Джерело: official",)


def test_time_to_reach_shelter_is_the_shortest_told():
    said = shown("UA-30", alert("UA-30", SINCE, shelter_within_s=90), language="en")

    assert said.notes[0] == "Time to reach shelter: 90 s"


@pytest.mark.parametrize(
    ("at", "state", "word"),
    [
        ("2023-01-26T05:50:00+00:00", "country", ("18 of 27",)),
        ("2023-01-26T06:15:00+00:00", "country", ("26 of 27",)),
        ("2023-01-26T10:20:00+00:00", "country", ("4 of 27",)),
    ],
)
def test_the_country_is_told_by_its_regions(at, state, word):
    source = Day(at)
    scene = Scene(ukraine(), source.board())
    said = country(scene.regions(), scene, Times(Wording("en"), source.now()))

    assert (said.state, said.word) == (state, word)


def test_a_country_without_news_is_not_calm():
    scene = Scene(ukraine(), Day(NOW.isoformat(), alerts=[], unknown=[("UA-05", None)]).board())
    said = country(scene.regions(), scene, Times(Wording("uk"), NOW))

    assert said.state == "unknown"
    assert said.notes == ("Невідомо: 1 регіон",)
