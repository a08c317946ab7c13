"""
Goal: the feeds of a group are read by an independent calendar library, whatever is corrected.

Method: a day with 44 revisions, each read with `icalendar` into a calendar that keeps what it has
read; the two feeds and their headers over HTTP, with the routers as the site has them.
"""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, timedelta

import httpx
import icalendar
import pytest
from tests.power.grids import (
    NOON,
    TODAY,
    TOMORROW,
    after,
    cuts,
    day,
    publishes,
    restores,
    usually,
)
from tests.views.power_town import PowerTown
from tests.web.test_api import problem

from tocsin.channels.calendar import calendars, plan_feed, template_feed
from tocsin.kernel.time import rfc3339
from tocsin.power.messages import GroupCode, Power
from tocsin.views.power_stretches import only, plan_of
from tocsin.web.site import site

GROUP = GroupCode("1.1")


def read(body):
    found = icalendar.Calendar.from_ical(body)
    assert not found.errors
    assert not found.get_missing_tzids()
    for one in found.walk("VEVENT"):
        assert not one.errors
    return found


def utc(moment):
    return moment.dt.astimezone(UTC)


def test_44_revisions_of_a_day_leave_no_duplicate_and_no_orphan_in_a_calendar_that_keeps_all():
    luck = random.Random(44)
    kept: dict[str, icalendar.Event] = {}
    state, plan = after(), list("yyyynnnnyyyynnnnyyyyyymm")
    for number in range(44):
        moment = NOON - timedelta(hours=11, minutes=-15 * number)
        for _ in range(2):
            plan[luck.randrange(24)] = luck.choice("ynnm")
        seconds = int((moment - NOON).total_seconds())
        state = after(
            publishes(day("".join(plan)), day("".join(reversed(plan)), date=TOMORROW),
                      seconds=seconds),
            *([cuts(seconds)] if number == 20 else []),
            *([restores(seconds)] if number == 23 else []),
            state=state,
        )  # fmt: skip
        events = read(plan_feed(state, GROUP, moment, "uk")).walk("VEVENT")
        assert len({one["UID"] for one in events}) == len(events)
        for one in events:
            known = kept.get(one["UID"])
            if known is not None and known["SEQUENCE"] == one["SEQUENCE"]:
                assert known.to_ical() == one.to_ical(), "a change without a higher number"
            assert known is None or known["SEQUENCE"] <= one["SEQUENCE"]
            kept[one["UID"]] = one

    assert len({known for (group, _), known in state.versions.items() if group == GROUP}) == 2
    wanted = {
        (one.start, one.end, "CONFIRMED" if one.power is Power.OFF else "TENTATIVE")
        for n in (0, 1)
        for one in only(
            plan_of(state, GROUP, NOON.date() + timedelta(days=n), rfc3339(moment)),
            Power.OFF, Power.MAYBE,
        )
    }  # fmt: skip
    standing = [
        one for uid, one in kept.items()
        if one["STATUS"] != "CANCELLED" and not uid.startswith("emergency")
        and "призупинено" not in one["SUMMARY"]
    ]  # fmt: skip
    found = {(utc(one["DTSTART"]), utc(one["DTEND"]), str(one["STATUS"])) for one in standing}
    over = {one for one in wanted - found if one[1] <= NOON}
    assert found <= wanted
    assert wanted - found <= over, "only what was suspended and is over is told otherwise"
    assert len(found) == len(standing)
    (cut,) = [one for uid, one in kept.items() if uid.startswith("emergency")]
    assert utc(cut["DTEND"]) - utc(cut["DTSTART"]) == timedelta(minutes=45)


def test_an_event_says_what_it_is_in_both_languages_and_that_a_replay_is_one():
    state = after(publishes(day("y" * 14 + "nn" + "y" * 6 + "mm")))
    (off, maybe) = read(plan_feed(state, GROUP, NOON, "en")).walk("VEVENT")

    assert (str(off["SUMMARY"]), str(off["STATUS"])) == ("Power off, group 1.1", "CONFIRMED")
    assert str(maybe["STATUS"]) == "TENTATIVE"
    assert off["DTSTART"].params["TZID"] == "Europe/Kyiv"
    (off, _) = read(plan_feed(state, GROUP, NOON, "uk", replay=True)).walk("VEVENT")
    assert str(off["SUMMARY"]) == "ПОВТОР / REPLAY: Без світла, черга 1.1"
    (cut,) = read(plan_feed(after(cuts()), GROUP, NOON, "en")).walk("VEVENT")
    assert str(cut["SUMMARY"]) == "EMERGENCY SHUTDOWN, group 1.1"
    assert "has not been said" in str(cut["DESCRIPTION"])


def test_a_day_of_50_half_hours_keeps_its_moments_in_another_calendar():
    state = after(publishes(day("yyynyyyy" + "y" * 16, date="2026-10-25")))
    moment = NOON.replace(month=10, day=25)
    (night,) = read(plan_feed(state, GROUP, moment, "uk")).walk("VEVENT")

    assert utc(night["DTSTART"]).isoformat() == "2026-10-25T00:00:00+00:00"
    assert utc(night["DTEND"]) - utc(night["DTSTART"]) == timedelta(hours=2)


def test_the_usual_week_is_a_feed_apart_whose_events_come_every_week():
    weeks = {"1.1": ["nn" + "y" * 22] + ["y" * 24] * 5 + ["y" * 20 + "mmmm"]}
    state = after(usually(weeks), publishes(day("n" * 24)))
    first, last = read(template_feed(state, GROUP, NOON, "en")).walk("VEVENT")

    assert first["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=MO"
    assert (first["DTSTART"].dt.weekday(), last["DTSTART"].dt.weekday()) == (0, 6)
    assert last["DTEND"].dt - last["DTSTART"].dt == timedelta(hours=4)
    assert {str(one["STATUS"]) for one in (first, last)} == {"TENTATIVE"}
    assert template_feed(state, GROUP, NOON, "en") == template_feed(
        state, GROUP, NOON + timedelta(days=40), "en"
    )
    assert not read(template_feed(after(), GROUP, NOON, "uk")).walk("VEVENT")


class Door:
    """The routers of the calendars over a town."""

    def __init__(self):
        self.town = PowerTown()
        self.app = site([calendars(self.town.power)])

    def get(self, path, **headers):
        async def call():
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
                return await client.get(f"/api/v1/outages/groups/{path}", headers=headers)

        return asyncio.run(call())


@pytest.fixture
def door():
    return Door()


def test_a_feed_is_served_as_a_calendar_and_not_again_until_something_changes(door):
    door.town.say(publishes(day("n" * 24, date=TODAY)))
    answer = door.get("grid/1.1/calendar.ics")

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert len(read(answer.content).walk("VEVENT")) == 1
    tag = answer.headers["etag"]
    assert door.get("grid/1.1/calendar.ics", **{"if-none-match": tag}).status_code == 304
    door.town.goes_on(minutes=2)
    assert door.get("grid/1.1/calendar.ics", **{"if-none-match": tag}).status_code == 304
    door.town.say(publishes(day("y" * 24, date=TODAY), seconds=60))
    newer = door.get("grid/1.1/calendar.ics", **{"if-none-match": tag})
    assert newer.status_code == 200
    (gone,) = read(newer.content).walk("VEVENT")
    assert (str(gone["STATUS"]), gone["SEQUENCE"]) == ("CANCELLED", 1)
    assert read(door.get("grid/1.1/template.ics?lang=en").content)["NAME"]


def test_a_feed_follows_the_clock_although_nothing_new_is_heard(door):
    door.town.say(cuts())
    tag = door.get("grid/1.1/calendar.ics").headers["etag"]
    door.town.goes_on(minutes=13 * 60)
    later = door.get("grid/1.1/calendar.ics", **{"if-none-match": tag})

    assert later.status_code == 200
    (cut,) = read(later.content).walk("VEVENT")
    assert utc(cut["DTEND"]) == NOON + timedelta(hours=36), "a day longer since midnight"


def test_what_is_not_there_and_what_is_misspelt_is_refused(door):
    problem(door.get("grid/9.9/calendar.ics"), 404, "power.group_unknown")
    problem(
        door.get("grid/1.1/calendar.ics?language=uk"), 400, "query.unknown_parameter", "language"
    )
    problem(door.get("grid/1.1/template.ics?lang=de"), 400, "query.malformed", "lang")
