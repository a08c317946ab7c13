"""
What other services say is read as they mean it, and what cannot be read is not guessed.

Method: answers in the recorded shapes of each interface, then anything at all.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.alerts.messages import Hazard, Level, Threat
from tocsin.areas.gazetteer import load_pack
from tocsin.client.alert import Alert, Area, Gap
from tocsin.intake.source_dialects import (
    com_ua_picture,
    in_ua_picture,
    tocsin_picture,
    ukrainealarm_picture,
)
from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.kernel.words import Status

UA = load_pack()
ROOT = UA.root.code
KYIV, ODESA, VINNYTSIA = (UA.get(code).code for code in ("UA-30", "UA-51", "UA-05"))

IN_UA = {
    "id": 8757,
    "location_title": "м. Київ",
    "location_type": "oblast",
    "started_at": "2022-04-04T16:45:39.000Z",
    "finished_at": None,
    "updated_at": "2022-04-08T08:04:26.316Z",
    "alert_type": "air_raid",
    "location_oblast": "м. Київ",
    "location_uid": "31",
    "location_oblast_uid": 31,
    "location_raion": None,
    "notes": None,
    "country": None,
    "calculated": None,
    "alert_level": "red",
    "threats": [{"threat_type": "drones"}, {"threat_type": "ballistic_missiles"}],
}
UKRAINEALARM = {
    "regionId": "31",
    "regionType": "State",
    "regionName": "м. Київ",
    "regionEngName": "Kyiv",
    "lastUpdate": "2026-09-25T08:58:05.829282Z",
    "activeAlerts": [
        {
            "regionId": "31",
            "regionType": "State",
            "type": "AIR",
            "lastUpdate": "2026-09-25T08:58:05.829282Z",
            "activeAlertLevels": [{"alertLevel": "Yellow", "reason": "Дронова загроза"}],
        }
    ],
}
COM_UA = {
    "states": [
        {"id": 1, "name": "Вінниця", "alert": True, "changed": "2022-04-05T06:12:52+03:00"},
        {"id": 25, "name": "Київ", "alert": False, "changed": None},
    ],
    "last_update": "2022-04-05T06:14:56+03:00",
}  # fmt: skip


def in_ua(*entries, **more):
    body = {"alerts": list(entries), "meta": {"last_updated_at": "…", "type": "full"}, **more}
    return in_ua_picture(UA, ROOT, json.dumps(body).encode())


def ukrainealarm(*regions):
    return ukrainealarm_picture(UA, ROOT, json.dumps(regions).encode())


def com_ua(answer):
    return com_ua_picture(UA, ROOT, json.dumps(answer).encode())


def only(picture):
    (one,) = picture.shown.values()
    return one


def test_alerts_in_ua_names_area_hazard_beginning_and_the_gravest_threat():
    one = only(in_ua(IN_UA))
    assert (one.area, one.hazard, one.level) == (KYIV, Hazard.AIR_RAID, Level.WARNING)
    assert (one.since, one.threat) == ("2022-04-04T16:45:39.000Z", Threat.BALLISTIC)
    assert one.status is Status.ACTUAL


def test_yellow_means_drones():
    assert only(in_ua(IN_UA | {"alert_level": "yellow"})).threat is Threat.DRONES
    assert only(ukrainealarm(UKRAINEALARM)).threat is Threat.DRONES


def test_what_has_ended_or_stands_in_part_only_is_not_shown():
    assert not in_ua(IN_UA | {"finished_at": "2022-04-04T17:45:39.000Z"}).shown
    assert not in_ua(IN_UA | {"partial": True}).shown


def test_an_entry_without_an_area_or_a_word_of_ours_is_counted():
    assert in_ua(IN_UA | {"location_uid": "77777"}, IN_UA | {"alert_type": "ufo"}).ignored == 2


def test_what_a_source_does_not_know_is_unknown():
    assert in_ua(meta={"unknown": ["31", "x"]}).unknown == {KYIV}


def test_a_region_repeats_what_it_lies_in_and_each_counts_where_it_was_raised():
    raion = UA.get(UA.children(KYIV)[0]) if UA.children(KYIV) else UA.get(UA.children(ODESA)[0])
    inner = {**UKRAINEALARM, "regionId": str(raion.uid), "regionType": "District"}
    assert only(ukrainealarm(UKRAINEALARM, inner)).area == KYIV


def test_information_is_no_alert():
    info = [UKRAINEALARM["activeAlerts"][0] | {"type": "INFO"}]
    told = ukrainealarm(
        UKRAINEALARM | {"activeAlerts": info}, UKRAINEALARM | {"activeAlerts": None}
    )
    assert (told.shown, told.ignored) == ({}, 0)


def test_both_levels_at_once_are_not_drones_alone():
    levels = [{"alertLevel": "Yellow"}, {"alertLevel": "Red"}]
    active = [UKRAINEALARM["activeAlerts"][0] | {"activeAlertLevels": levels}]
    assert only(ukrainealarm(UKRAINEALARM | {"activeAlerts": active})).threat is None


def test_crimea_has_two_numbers():
    active = [UKRAINEALARM["activeAlerts"][0] | {"regionId": "9999"}]
    assert only(ukrainealarm(UKRAINEALARM | {"activeAlerts": active})).area == UA.get("29").code


def test_alerts_com_ua_has_numbers_of_its_own_and_what_it_does_not_list_is_unknown():
    told = com_ua(COM_UA)
    one = only(told)
    assert (one.area, one.since) == (VINNYTSIA, "2022-04-05T03:12:52.000Z")
    assert ODESA in told.unknown
    assert KYIV not in told.unknown


@pytest.mark.parametrize(
    "read",
    [
        lambda: in_ua(IN_UA, replay=True),
        lambda: ukrainealarm(UKRAINEALARM | {"replay": True}),
        lambda: com_ua(COM_UA | {"replay": True}),
    ],
)
def test_a_replay_is_never_taken_for_now(read):
    with pytest.raises(Unavailable, match=r"source\.replay"):
        read()


def test_another_tocsin_is_read_with_its_drills_and_words_of_later_times():
    area = Area(KYIV)
    alerts = [
        Alert("a", area, 1, hazard="meteor", level="red", threat="stones", since="yesterday"),
        Alert("b", area, 2, hazard="flood", level="watch", status="Exercise"),
        Alert("c", Area("XX1"), 1),
        Alert("d", area, 3, status="Sharp"),
    ]
    told = tocsin_picture(UA, ROOT, alerts, [Gap(Area(ODESA)), Gap(Area("XX1"))])
    graver, drill = told.shown.values()
    assert (graver.hazard, graver.level, graver.threat) == (Hazard.OTHER, Level.WARNING, None)
    assert graver.since is None
    assert (drill.status, drill.level) == (Status.EXERCISE, Level.WATCH)
    assert told.unknown == {ODESA}
    assert told.ignored == 2


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["alerts", "states", "activeAlerts", "regionId", "id", "alert", "type"]
            ),
            inner,
        )
    ),
    max_leaves=10,
)


@given(anything.map(lambda found: json.dumps(found).encode()) | st.binary(max_size=40))
def test_anything_is_read_or_refused(body):
    for read in (in_ua_picture, ukrainealarm_picture, com_ua_picture):
        try:
            read(UA, ROOT, body)
        except (Malformed, Unavailable) as error:
            assert error.code.startswith("source.")  # noqa: PT017  # Either outcome is right.
