"""
Thursday 26 January 2023, as people's pages tell it.

Goal: every promise about alerts holds on the day that Tocsin was built for. Method: the real
records of that day, official and volunteer, played on a virtual clock; each expectation says why
it is one. Times are Kyiv's. A page must follow within a second of what the record says.
"""

from __future__ import annotations

import pytest
from tests.contract.memory_ledger import MemoryLedger
from tests.story.story import Story, between

from tocsin.areas.gazetteer import load_pack
from tocsin.replay.day import build_day

GAZETTEER = load_pack()
SOON = between(0, 1)


@pytest.fixture(scope="module")
def ledger():
    ledger = MemoryLedger()
    build_day(ledger, GAZETTEER)
    return ledger


def regions(board):
    """Count the regions with an alert of their own, the permanent ones left out."""
    return sum(
        GAZETTEER.get(alert.area).level == 1
        for alert in board.standing()
        if alert.holders[0].sender != "permanent"
    )


def holders(name):
    """Who holds the alert of a region, by the region's ISO code."""

    def look(board):
        alerts = board.area(GAZETTEER.get(name).code).standing
        return [str(holder.sender) for alert in alerts for holder in alert.holders]

    return look


def test_the_morning_in_kyiv(ledger):
    story = Story(ledger, GAZETTEER, "2023-01-26", opens="07:40", closes="12:30")
    at, want, holds, page = story.at, story.want, story.holds, story.page

    at("07:40:01")
    holds(
        page("Kyiv City"),
        until="07:45:43",
        shows="calm",
        because="the night's alert ended at 03:46:25 and both sources are heard",
    )
    story.look(lambda board: board.replay, True, because="whatever is played says so (rule 10)")

    at("07:45:43")
    want(page("Kyiv City"), SOON, shows="air_raid", because="the alarm sounds in Kyiv")
    story.look(holders("UA-30"), ["air_alert_ua"], because="the authority was first, by 8 seconds")

    at("07:45:51")
    story.look(
        holders("UA-30"),
        ["air_alert_ua", "etryvoga"],
        because="the volunteers confirm the alert and raise no second one (rule 6)",
    )

    at("07:46:30")
    want(
        page("Bucha raion"),
        SOON,
        shows="air_raid",
        because="a raion lies in Kyiv oblast, where the alarm now sounds too",
    )

    at("07:45:45")
    holds(
        page("Kyiv City"),
        until="12:08:08",
        shows="air_raid",
        because="nothing but an all-clear ends an alert, and there is none for four hours (rule 1)",
    )

    at("12:08:08")
    want(page("Kyiv City"), SOON, shows="calm", because="the all-clear sounds in Kyiv")
    at("12:08:38")
    want(
        page("Bucha raion"), SOON, shows="calm", because="Kyiv oblast's follows half a minute later"
    )
    story.tell()


def test_the_whole_country(ledger):
    story = Story(ledger, GAZETTEER, "2023-01-26", opens="00:30", closes="13:00")
    at, want, holds, page = story.at, story.want, story.holds, story.page

    at("01:30")
    story.look(regions, 9, because="drones are over the south, the centre and the capital")
    at("07:50")
    story.look(regions, 16, because="five minutes after Kyiv, half of the country is under alert")
    at("08:15")
    story.look(regions, 24, because="it stands in every region that was not under alert for years")
    at("12:20")
    story.look(regions, 2, because="only Kherson and Mykolaiv are left after the all-clears")

    at("08:12:43")
    want(
        page("Zakarpattia oblast"),
        SOON,
        shows="air_raid",
        because="the alarm has come to the far west",
    )
    at("12:09:53")
    want(page("Zakarpattia oblast"), SOON, shows="calm", because="and has gone again")

    at("00:31")
    holds(
        page("Luhansk oblast"),
        until="13:00",
        shows="air_raid",
        because="its alert stands since April 2022, and no file contains it",
    )
    holds(
        page("Autonomous Republic of Crimea"),
        until="13:00",
        shows="air_raid",
        because="its alert stands since December 2022, and no file contains it",
    )
    holds(
        page("Ukraine"),
        until="13:00",
        shows="part",
        because="some part of the country is under alert all the time, never the country as such",
    )
    story.tell()


def test_alerts_nest_and_end_on_their_own(ledger):
    story = Story(ledger, GAZETTEER, "2023-01-26", opens="05:00", closes="19:30")
    at, want, holds, page = story.at, story.want, story.holds, story.page
    nikopol = "m. Nikopol ta Nikopolska terytorialna hromada"

    at("06:34:48")
    want(page(nikopol), SOON, shows="calm", because="the community's own alert of the night ends")
    at("06:38:02")
    want(page(nikopol), SOON, shows="air_raid", because="it lies in an oblast that is alerted now")
    at("06:38:04")
    holds(
        page(nikopol),
        until="12:09:12",
        shows="air_raid",
        because="its own two all-clears, at 08:26:08 and 11:07:24, do not end the oblast's alert",
    )
    at("12:09:12")
    want(page(nikopol), SOON, shows="calm", because="the oblast's all-clear does")

    at("18:30")
    holds(
        page("Synelnykove raion"),
        until="19:30",
        shows="calm",
        because="the raion beside Nikopol's hears nothing of what follows",
    )
    at("18:42:26")
    want(page(nikopol), SOON, shows="air_raid", because="the community alone is under alert")
    want(
        page("Dnipropetrovsk oblast"),
        SOON,
        shows="part",
        because="its oblast is alerted in part, not as a whole",
    )
    story.tell()


def test_volunteers_add_their_word_and_take_nobody_elses(ledger):
    story = Story(ledger, GAZETTEER, "2023-01-26", opens="06:00", closes="18:00")
    at, want, holds, page = story.at, story.want, story.holds, story.page

    at("06:38:43")
    want(page("Kharkiv oblast"), SOON, shows="air_raid", because="the authority raises the alert")
    at("06:38:45")
    holds(
        page("Kharkiv oblast"),
        until="12:13:13",
        shows="air_raid",
        because="the volunteers' end of 08:30:17 was made up, and would not count if it were real",
    )
    at("12:13:13")
    want(
        page("Kharkiv oblast"),
        SOON,
        shows="calm",
        because="the authority's all-clear ends it, a minute before the volunteers give theirs",
    )

    at("17:12:35")
    want(
        page("Donetsk oblast"),
        SOON,
        shows="air_raid",
        because="an alert that only observers tell of is an alert all the same",
    )
    at("17:55:17")
    want(
        page("Donetsk oblast"),
        SOON,
        shows="calm",
        because="no authority held it, so their all-clear ends it (rule 6)",
    )
    story.tell()


def test_before_the_record_begins_and_after_it_ends_nothing_is_known(ledger):
    story = Story(ledger, GAZETTEER, "2023-01-26", opens="00:00", closes="24:30")
    at, want, holds, page = story.at, story.want, story.holds, story.page

    at("00:00")
    holds(page("Lviv oblast"), until="08:12:38", shows="calm", because="the record begins now")
    at("24:00")
    want(
        page("Lviv oblast"),
        SOON,
        shows="unknown",
        because="the record ends at midnight, and silence is not safety (rule 1)",
    )
    at("23:30")
    holds(
        page("m. Nikopol ta Nikopolska terytorialna hromada"),
        until="24:30",
        shows="air_raid",
        because="what stood when the last source fell silent stands: no clock ends it",
    )
    story.tell()


def test_a_story_that_is_not_true_says_what_was_shown_instead(ledger):
    story = Story(ledger, GAZETTEER, "2023-01-26", opens="07:40", closes="08:00")
    story.at("07:45:42")
    half = between(0, 0.5)
    story.want(story.page("Kyiv City"), half, shows="air_raid", because="a second too early")
    story.at("07:45:43")
    story.want(story.page("Kyiv City"), SOON, shows="calm", because="it was not")
    story.look(regions, 27, because="it was not")
    story.holds(story.page("Lviv oblast"), until="07:59", shows="air_raid", because="it was not")

    with pytest.raises(AssertionError) as failure:
        story.tell()
    said = str(failure.value)

    assert said.count("because") == 4
    assert "Kyiv: wanted air_raid to come between 26. 07:45:42 and 26. 07:45:42" in said
    assert "It showed calm from 26. 07:40:00, air_raid from 26. 07:45:43." in said
    assert "wanted 27, found" in said
