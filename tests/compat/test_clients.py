"""
Goal: six published clients, unmodified, read 26 January 2023 right, and fetch nothing twice.

Method: the replay stands still at three moments; each client runs in its own environment against
the real server and tells what its own API returned, which is held against the official file read
here without Tocsin. Times: 05:50Z, 06:15Z and 10:20Z, at which 16, 24 and 2 regions were under
alert besides the two that have been for years.
"""

from __future__ import annotations

import functools
from contextlib import ExitStack
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from tests.compat.peers import PERMANENT, read, standing
from tests.serving import replaying

MOMENTS = {"2023-01-26T05:50:00Z": 16, "2023-01-26T06:15:00Z": 24, "2023-01-26T10:20:00Z": 2}
KYIV = "м. Київ"
ENGLISH = {"Kyiv", "Luhansk oblast"}


@pytest.fixture(scope="module")
def days():
    """Servers that stand still, each started when it is first asked for."""
    with ExitStack() as stack:
        yield functools.cache(lambda moment: stack.enter_context(replaying(moment)))


@pytest.fixture(params=MOMENTS, ids=["05:50Z", "06:15Z", "10:20Z"])
def day(request, days):
    """A server that stands still at a moment, and what stood then."""
    found = standing(request.param)
    assert len(found) - len(PERMANENT) == MOMENTS[request.param]
    return days(request.param), found


def utc(text):
    return datetime.fromisoformat(text).astimezone(ZoneInfo("UTC")).isoformat()


def test_the_files_tell_of_nine_regions_in_the_night():
    assert len(standing("2023-01-25T23:30:00Z")) - len(PERMANENT) == 9


def test_alerts_in_ua(day):
    served, oblasts = day
    told = read("alerts-in-ua", served.url)

    assert told["oblasts"] == told["active"] == told["red_oblasts"] == sorted(oblasts)
    assert sorted(map(utc, told["since"].values())) == sorted(oblasts.values())
    assert told["statuses"] == [200, 304]
    assert told["again"] == told["async"][0] == told["async"][1] == told["air_raids"]
    assert told["air_raids"] == told["red"] == len(oblasts) + len(told["hromadas"])
    under_alert = KYIV in oblasts
    assert told["kyiv"] == told["kyiv_of_all"] == ("active" if under_alert else "no_alert")
    assert told["a_raion_of_all"] == ("active" if "Вінницька область" in oblasts else "no_alert")
    assert told["regions"] == 1_611
    assert told["history"][-1] == ["2023-01-26T00:02:38+02:00", "2023-01-26T03:46:25+02:00"]
    assert told["history"][0][0] == "2023-01-26T07:45:43+02:00"
    assert told["history"][0][1] == (None if under_alert else "2023-01-26T12:08:08+02:00")


def test_alerts_in_ua_py(day):
    served, oblasts = day
    told = read("alerts-in-ua-py", served.url)

    assert told["oblasts"] == sorted(oblasts)
    assert told["statuses"] == [200, 304]
    assert told["sent"][0] == ""
    assert told["again"] == told["async"] == len(oblasts) + len(told["hromadas"])
    assert told["picture"] == b"\x89PNG\r\n\x1a\n".hex()


@pytest.mark.parametrize("client", ["uasiren", "ukrainealarm"])
def test_uasiren_and_ukrainealarm(day, client):
    served, oblasts = day
    told = read(client, served.url)
    own = {
        region["regionName"]: region["activeAlerts"][0]["activeAlertLevels"][0]["createdAt"]
        for region in told["alerts"]
        if region["regionType"] == "State"
        if any(a["regionId"] == region["regionId"] for a in region["activeAlerts"])
    }

    assert {name: utc(since) for name, since in own.items()} == oblasts
    (kyiv,) = told["kyiv"]
    assert (kyiv["regionId"], kyiv["regionType"], kyiv["regionName"]) == ("31", "State", KYIV)
    assert [a["type"] for a in kyiv["activeAlerts"]] == (["AIR"] if KYIV in oblasts else [])
    (raion,) = told["a_raion"]
    inherited = [a["regionId"] for a in raion["activeAlerts"]]
    assert inherited == (["4"] if "Вінницька область" in oblasts else [])
    assert (told["states"], told["districts"]) == (27, 126)
    assert told["index"] > 0


def test_ua_alarm(day):
    served, oblasts = day
    told = read("ua-alarm", served.url)

    assert told["states"] == sorted(oblasts)
    assert told["kyiv"] == (["AIR"] if KYIV in oblasts else [])
    assert told["regions"] == 27
    first, *_, last = told["history"]
    assert last[2:] == ["03:43:47", False]
    assert first[3] is (KYIV in oblasts)


def test_alertapi(day):
    served, oblasts = day
    told = read("alertapi", served.url)

    assert told["states"] == 25
    assert told["of_those"] == len(told["on"])
    # Its 25 have no Crimea, and an oblast of which a part is under alert is on as well.
    whole = len(oblasts) - 1
    assert whole <= len(told["on"]) <= whole + 1
    assert told["kyiv"] is (KYIV in oblasts)
    assert told["kyiv_since"].startswith(
        "2023-01-26T07:45:43" if told["kyiv"] else "2023-01-26T12:08"
    )
    assert told["picture"].endswith("/map.png")
