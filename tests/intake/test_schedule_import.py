"""
What a file changes becomes a command, and nothing else does; a bad reading changes no plan.

Method: invented files brought into a grid, one after the other, with the room itself deciding.
"""

from __future__ import annotations

import json

import pytest
from tests.intake.schedules import HERE, MONDAY, brought, gpv, known, packed, read, row, zone

from tocsin.intake.schedule_import import EMPTY, SHRUNK
from tocsin.intake.schedule_mapping import load_mapping
from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import parse_rfc3339
from tocsin.power.messages import ListCompany, NoteFailedRead, PublishSchedule, PublishTemplate

NIGHT = "n" * 6 + "y" * 18
TODAY = "2026-01-26"
EARLY, LATE = "2026-01-26T04:00:00.000Z", "2026-01-26T09:00:00.000Z"
VINNYTSIA = AreaCode("UA05000000000010236")


def at(data, moment):
    return read(data, said=parse_rfc3339(moment))


def kinds(made):
    return [type(command) for command in made.commands]


def test_a_company_is_listed_from_the_groups_of_its_file_with_one_zone():
    grid, made = brought(read("gpv.json"), area=VINNYTSIA)

    assert kinds(made) == [ListCompany, PublishTemplate, PublishSchedule]
    company = grid.companies["rivne-demo"]
    assert (company.name, company.clock) == ("Вигадане обленерго", "Europe/Kyiv")
    (one,) = company.zones
    assert (one.area, one.groups) == (VINNYTSIA, ("1.1", "1.2"))
    assert {command.at for command in made.commands} == {"2026-01-26T04:00:00.000Z"}


def test_a_history_makes_one_command_for_each_version_that_changed_anything():
    grid, made = brought(read("revisions.jsonl"))

    assert kinds(made) == [ListCompany, *[PublishSchedule] * 3]
    assert made.counts == {"read": 4, "changed": 3, "unchanged": 1}
    state = zone(grid)
    assert known(state, "1.1", TODAY, "2026-01-26T08:02:59.999Z")[1] == "n" * 8 + "y" * 40
    assert known(state, "1.1", TODAY, "2026-01-26T08:03:00.000Z")[1][24:36] == "nynnnnynyyyy"
    assert known(state, "1.1", TODAY, "2026-01-26T03:56:59.999Z") is None


def test_the_same_files_again_change_nothing():
    grid, _ = brought(read("revisions.jsonl"), read("gpv.json"))
    _, again = brought(read("revisions.jsonl"), read("gpv.json"), grid=grid)

    assert again.commands == []


def test_what_is_seen_again_and_again_is_still_put_between_what_was_known_from_elsewhere():
    lines = [
        json.dumps({"commit_time": f"2026-01-26T0{hour}:00:00Z", "days": {str(MONDAY): rows}})
        for hour in (1, 3, 5)
        for rows in [{"GPV1.1": NIGHT}]
    ]
    history = ("\n".join(lines) + "\n").encode()
    alone, made = brought(read(history))
    assert made.counts == {"read": 3, "changed": 1, "unchanged": 2}

    grid, _ = brought(at(gpv({"1.1": "y" * 24}), "2026-01-26T02:00:00Z"))
    _, made = brought(read(history), grid=grid)
    assert made.counts == {"read": 3, "changed": 2, "unchanged": 1}
    assert known(zone(grid), "1.1", TODAY, LATE) == known(zone(alone), "1.1", TODAY, LATE)
    assert known(zone(grid), "1.1", TODAY, "2026-01-26T02:30:00.000Z")[1] == "y" * 48


def test_files_are_woven_by_time_whatever_their_order():
    early, late = at(gpv({"1.1": NIGHT}), EARLY), at(gpv({"1.1": "y" * 24}), LATE)
    forth, _ = brought(early, late)
    back, made = brought(late, early)

    assert [command.at for command in made.commands] == [EARLY, EARLY, LATE]
    assert zone(forth).versions == zone(back).versions


def test_a_second_company_in_a_file_has_a_zone_of_its_own():
    grid, _ = brought(read("gpv-two-companies.json"), operator="dnipro")
    zones = {one.zone.code: one.zone.groups for one in grid.zones("dnipro")}

    assert zones == {"all": ("1.1",), "1000": ("1001.1", "1006.2")}
    state = zone(grid, "dnipro", "1000")
    assert known(state, "1001.1", TODAY, LATE)[1] == "n" * 24 + "y" * 24


def test_new_groups_are_added_to_the_zone_that_is_named():
    grid, _ = brought(at(gpv({"1.1": NIGHT}), EARLY), zone="east")
    brought(at(gpv({"1.1": NIGHT, "2.1": NIGHT}), LATE), zone="west", name="The grid", grid=grid)

    zones = {one.zone.code: one.zone.groups for one in grid.zones("grid")}
    assert zones == {"east": ("1.1",), "west": ("2.1",)}
    assert grid.companies["grid"].name == "The grid"
    brought(at(gpv({"1.1": NIGHT}), LATE), area=VINNYTSIA, grid=grid)
    assert [one.zone.area for one in grid.zones("grid")] == [VINNYTSIA, "UA"]
    assert known(zone(grid, code="east"), "1.1", TODAY, LATE)[1] == "n" * 12 + "y" * 36


def test_fewer_groups_than_are_known_keep_the_last_good_plan_and_it_is_said():
    rows = {f"{n}.1": NIGHT for n in range(1, 6)}
    grid, _ = brought(at(gpv(rows), EARLY))
    fewer = {f"{n}.1": "y" * 24 for n in range(1, 4)}
    _, made = brought(at(gpv(fewer), LATE), grid=grid)

    assert kinds(made) == [NoteFailedRead]
    assert made.counts["shrunk"] == 1
    assert zone(grid).failing.reason == SHRUNK
    assert known(zone(grid), "1.1", TODAY, LATE)[1] == "n" * 12 + "y" * 36
    _, meant = brought(at(gpv(fewer), LATE), grid=grid, fewer=True)
    assert kinds(meant) == [PublishSchedule]
    assert zone(grid).failing is None
    assert known(zone(grid), "1.1", TODAY, LATE)[1] == "y" * 48


def test_an_empty_answer_is_no_all_clear_where_cuts_were_told():
    grid, _ = brought(read("gpv.json"))
    _, made = brought(read("gpv-nothing.json"), grid=grid)

    assert kinds(made) == [NoteFailedRead]
    assert zone(grid, "rivne-demo").failing.reason == EMPTY
    assert known(zone(grid, "rivne-demo"), "1.1", TODAY, LATE)[1].startswith("n" * 8)
    _, again = brought(at((HERE / "gpv-nothing.json").read_bytes(), LATE), grid=grid)
    assert (again.commands, again.counts["empty"]) == ([], 1)


def test_an_empty_answer_says_nothing_where_no_cuts_were_told():
    grid, _ = brought(at(gpv({"1.1": "y" * 24}), EARLY))
    empty = at(packed({"fact": {"data": [], "update": ""}}), LATE)

    assert brought(empty, grid=grid)[1].counts == {"read": 1, "unchanged": 1}
    assert brought(empty)[1].commands == []


def test_a_copy_that_failed_keeps_the_last_good_plan_until_it_is_read_again():
    grid, _ = brought(read("gpv.json"))
    before = dict(zone(grid, "rivne-demo").versions)
    _, made = brought(read("gpv-failed.json"), grid=grid)

    assert kinds(made) == [NoteFailedRead]
    assert zone(grid, "rivne-demo").failing.since == "2026-01-26T06:00:00.000Z"
    assert zone(grid, "rivne-demo").versions == before
    _, made = brought(at((HERE / "gpv.json").read_bytes(), LATE), grid=grid)
    assert (kinds(made), made.commands[0].days) == ([PublishSchedule], made.commands[0].days)
    assert zone(grid, "rivne-demo").failing is None


def test_a_copy_that_failed_tells_nothing_of_a_company_nobody_knows():
    with pytest.raises(Refused, match=r"schedule\.read_failed"):
        brought(read("gpv-failed.json"))


def test_whose_a_file_is_must_be_said_where_companies_have_names():
    grid, _ = brought(read("gpv.json"))

    with pytest.raises(Refused, match=r"schedule\.operator_unsaid.*rivne-demo"):
        brought(read("revisions.jsonl"), grid=grid)
    assert brought(read("revisions.jsonl"), grid=grid, operator="rivne-demo")[1].commands


@pytest.mark.parametrize("said", [{"operator": "Our Grid"}, {"zone": "The East"}])
def test_a_company_that_cannot_be_one_is_refused(said):
    with pytest.raises(Malformed, match=r"power\.company_malformed"):
        brought(read("gpv.json"), **said)


def test_a_file_read_by_another_clock_than_the_companys_is_refused():
    month = read("month.csv", load_mapping(HERE / "month.toml"))
    grid, _ = brought(month)

    assert grid.companies["grid"].clock == "Africa/Johannesburg"
    assert brought(month, grid=grid)[1].commands == []
    with pytest.raises(Refused, match=r"schedule\.clock_differs"):
        brought(read("revisions.jsonl"), grid=grid)


def test_parts_of_one_table_are_not_taken_for_a_shrunken_answer():
    text = "group,date,start,end,state,known_at\n" + "".join(
        f"{n}.1,{TODAY},00:00,24:00,on,2026-01-26T0{n}:00:00Z\n" for n in range(1, 8)
    )
    _, made = brought(read(text.encode()))

    assert made.counts == {"read": 7, "changed": 7}


def test_a_template_changes_no_plan_and_ends_no_failure():
    grid, _ = brought(read("gpv.json"), operator="grid")
    brought(read("gpv-failed.json"), grid=grid, operator="grid")
    _, made = brought(read("yasno-probable.json"), grid=grid)

    assert kinds(made) == [PublishTemplate]
    assert zone(grid).failing is not None


def test_more_days_of_groups_than_any_company_has_are_refused():
    data = {
        str(MONDAY + 86_400 * n): {f"GPV{g}.1": row("y" * 24) for g in range(70)} for n in range(30)
    }

    with pytest.raises(Malformed, match=r"power\.schedule_malformed"):
        brought(read(json.dumps({"fact": {"data": data}}).encode()))
