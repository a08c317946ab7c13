"""
Goal: one table says of every region what the record says: covered, in part, calm, or not known.

Method: alerts are raised at the real desk in the real country, and the letters are held against
what was said; every region's letter against a walk over the tree.
"""

from __future__ import annotations

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.alerts.sayings import RADIO, RESCUERS, begin, end
from tests.channels.abroad import (
    KYIV,
    LVIV,
    UKRAINE,
    VINNYTSIA,
    VINNYTSIA_RAION,
    YALTA,
    Abroad,
)

from tocsin.alerts.messages import Hazard, Level, Threat
from tocsin.kernel.words import Status

uids = st.lists(
    st.sampled_from([area.uid for area in UKRAINE if area.uid]), min_size=1, max_size=4, unique=True
)


def letter(abroad, uid, *, levels=False):
    return abroad.table.letter(abroad.region(uid), levels=levels)


def test_an_oblast_under_alert_covers_all_that_lies_in_it():
    abroad = Abroad()
    abroad.sound(VINNYTSIA)

    assert [letter(abroad, uid) for uid in (4, 36, 154)] == ["A", "A", "A"]
    assert letter(abroad, 27) == "N"


def test_an_alert_for_a_part_shows_in_all_that_it_lies_in():
    abroad = Abroad()
    abroad.sound("154")

    assert [letter(abroad, uid) for uid in (154, 36, 4)] == ["A", "P", "P"]
    assert letter(abroad, 37) == "N"


@settings(max_examples=20)  # Each looks at 1,611 regions.
@given(uids)
def test_every_region_s_letter_is_what_a_walk_over_the_tree_says(raised):
    abroad = Abroad()
    for uid in raised:
        abroad.sound(str(uid))
    alerted = {UKRAINE.get(str(uid)).code for uid in raised}

    for area in UKRAINE:
        if area.uid is None:
            continue
        over = alerted & {area.code, *UKRAINE.lineage(area.code)}
        inside = alerted & set(UKRAINE.descendants(area.code))
        assert letter(abroad, area.uid) == ("A" if over else "P" if inside else "N")


def test_what_has_no_number_is_shown_where_it_lies():
    abroad = Abroad()
    abroad.sound(YALTA)
    (placed,) = abroad.table.placed

    assert placed.region.uid == 29
    assert placed.area.code == YALTA
    assert letter(abroad, 29) == "P"


def test_an_alert_for_the_country_is_shown_in_every_oblast():
    abroad = Abroad()
    abroad.sound("UA")

    assert len(abroad.table.placed) == 27
    assert {letter(abroad, r.uid) for r in abroad.answering.regions} == {"A"}
    assert len({placed.number for placed in abroad.table.placed}) == 27


@pytest.mark.parametrize(
    "said",
    [
        {"status": Status.EXERCISE},
        {"status": Status.TEST},
        {"level": Level.WATCH},
        {"hazard": Hazard.FLOOD},
    ],
    ids=["exercise", "test", "watch", "flood"],
)
def test_what_would_sound_as_something_else_is_not_said(said):
    abroad = Abroad()
    abroad.sound(KYIV, **said)

    assert abroad.table.placed == ()
    assert letter(abroad, 31) == "N"


def test_another_hazard_is_an_alert_but_no_air_raid():
    abroad = Abroad()
    abroad.sound(KYIV, hazard=Hazard.CHEMICAL)

    assert len(abroad.table.placed) == 1
    assert letter(abroad, 31) == "N"


def test_drones_alone_are_yellow_and_anything_more_is_red():
    abroad = Abroad()
    (alert,) = abroad.sound(KYIV, threat=Threat.DRONES)
    yellow = letter(abroad, 31, levels=True)
    abroad.update(alert, threat=Threat.BALLISTIC)

    assert (yellow, letter(abroad, 31, levels=True)) == ("Y", "R")


def test_a_red_raion_in_a_yellow_oblast_is_red():
    abroad = Abroad()
    abroad.sound(VINNYTSIA, threat=Threat.DRONES)
    abroad.sound(VINNYTSIA_RAION)

    assert letter(abroad, 4, levels=True) == "Y"
    assert letter(abroad, 36, levels=True) == "R"


def test_where_nobody_is_heard_it_is_unknown_and_never_calm():
    abroad = Abroad(heard=[KYIV])

    assert letter(abroad, 31) == "N"
    assert letter(abroad, 27) == letter(abroad, 36) == " "
    assert not abroad.table.nobody


def test_an_oblast_is_not_known_as_a_whole_where_one_raion_is_not():
    abroad = Abroad()
    abroad.say(begin(RESCUERS, area=UKRAINE.get("36").code))
    abroad.say(end(area="UA"))

    assert letter(abroad, 36) == "N"
    assert letter(abroad, 4) == letter(abroad, 37) == " "


def test_an_alert_is_shown_though_nobody_is_heard_any_more():
    abroad = Abroad()
    abroad.sound(LVIV)
    abroad.say(end(area="UA"))

    assert letter(abroad, 27) == "A"
    assert letter(abroad, 31) == " "
    assert abroad.table.nobody


def test_who_is_heard_about_a_part_alone_says_nothing_of_the_region():
    abroad = Abroad(heard=[])

    def heard():
        return [abroad.table.heard(abroad.region(uid)) for uid in (4, 36, 154, 37)]

    assert heard() == [False, False, False, False]
    abroad.say(begin(area=UKRAINE.get(VINNYTSIA_RAION).code))
    assert heard() == [False, True, True, False]
    abroad.say(begin(RESCUERS, area=UKRAINE.get(VINNYTSIA).code))
    assert heard() == [True, True, True, True]


def test_a_part_that_its_authority_has_left_leaves_the_region_heard():
    abroad = Abroad(heard=[])
    raion = UKRAINE.get(VINNYTSIA_RAION).code
    abroad.say(begin(RADIO, area=UKRAINE.get(VINNYTSIA).code))
    abroad.say(begin(RESCUERS, area=raion))
    abroad.say(end(RESCUERS, area=raion))
    region, part = abroad.region(4), abroad.region(36)

    assert (abroad.table.heard(region), abroad.table.known(region)) == (True, False)
    assert (abroad.table.heard(part), abroad.table.known(part)) == (False, False)


def test_an_alert_keeps_its_number_and_no_other_has_it():
    abroad = Abroad()
    abroad.sound(VINNYTSIA, "36", "154", LVIV, YALTA, KYIV)
    numbers = {placed.number: placed.alert.id for placed in abroad.table.placed}
    abroad.start()

    assert len(numbers) == 6
    assert {placed.number: placed.alert.id for placed in abroad.table.placed} == numbers
    assert all(0 < number < 1 << 31 for number in numbers)


def test_the_orders_of_the_dialects_are_those_of_the_region_lists(shared_data):
    from tocsin.channels.compat_alerts_com_ua import STATES
    from tocsin.channels.compat_alerts_in_ua import BY_OBLAST
    from tocsin.channels.compat_jaam import LAMPS

    with (shared_data / "regions" / "region_crosswalk.csv").open() as file:
        rows = list(csv.DictReader(file))

    def order(column):
        found = {int(row[column]): int(row["uid"]) for row in rows if row[column]}
        return tuple(found[place] for place in sorted(found))

    assert order("iot_by_oblast_pos") == BY_OBLAST
    assert order("alerts_com_ua_id") == STATES
    assert order("jaam_index") == LAMPS
    titles = {int(row["uid"]): row["name_uk_api"] for row in rows if row["level"] == "oblast"}
    assert {r.uid: r.title for r in Abroad(()).answering.regions.first} == titles
