"""
What holds for a register as a whole: its name, its area, its columns, and that it is one at all.

Method: tables of a few columns, told as the operator would tell them.
"""

import pytest
from tests.intake.registers import FETCHED, ukraine

from tocsin.intake import register_whole
from tocsin.intake.register_mapping import Reader, load_mapping
from tocsin.intake.register_profile import GENERAL, named
from tocsin.intake.register_report import Report
from tocsin.intake.register_rows import Rows
from tocsin.intake.register_whole import Wanted
from tocsin.kernel.errors import Malformed, Refused

KYIV, LVIV = "UA80000000000093317", "UA46000000000026241"


def rows(*columns, count=1):
    found = Rows("csv")
    for _ in range(count):
        found.add(dict.fromkeys(columns, "1"))
    return found


def wanted(**said):
    return Wanted(retrieved_at=FETCHED, **said)


def test_a_register_is_named_by_the_operator_else_the_mapping_else_its_file():
    mapped = Reader(register="mapped")
    assert register_whole.name(wanted(register="said"), mapped, ("file.csv",)) == "said"
    assert register_whole.name(wanted(), mapped, ("file.csv",)) == "mapped"
    assert (
        register_whole.name(wanted(), Reader(), ("Укриття Львова 2025.csv",))
        == "ukryttia-lvova-2025"
    )


def test_a_file_that_is_called_what_any_might_be_is_named_after_whose_columns_it_has():
    files = ("shelters.geojson",)
    assert register_whole.name(wanted(), Reader(), files, named("naruto")) == "naruto-shelters"
    assert register_whole.name(wanted(), Reader(), files) == "shelters"
    assert register_whole.name(wanted(), Reader(), ("lviv.csv",), named("naruto")) == "lviv"


@pytest.mark.parametrize("name", ["", "Kyiv", "a b", "-a", "a" * 33, "київ", "a.b"])
def test_what_names_no_register_is_refused(name):
    with pytest.raises(Malformed, match=r"register\.name_malformed"):
        register_whole.name(wanted(register=name), Reader(), ())


def test_a_table_must_say_where_a_shelter_is_and_what():
    for good in (("lat", "lon", "name"), ("address",), ("Y", "X", "kind"), ("адреса", "тип")):
        register_whole.must_be_a_register(rows(*good), GENERAL)
    for bad in (("node_id", "lon", "lat"), ("u", "v", "metres"), ("name",), ("lat", "name")):
        with pytest.raises(Refused, match=r"register\.not_a_register: No column is known"):
            register_whole.must_be_a_register(rows(*bad), GENERAL)
    with pytest.raises(Refused, match="It has no rows"):
        register_whole.must_be_a_register(rows("lat", "lon", "name", count=0), GENERAL)


def test_a_strange_heading_is_told_in_one_line():
    with pytest.raises(Refused) as refused:
        register_whole.must_be_a_register(rows("a\nb\x1b[31m", "c" * 300), GENERAL)
    assert refused.value.sentence.isprintable()
    assert len(refused.value.sentence) < 250


def test_a_column_that_a_mapping_names_must_be_there():
    reader = load_mapping(b'[columns]\nname = "Shelter"\n')
    assert register_whole.profile(rows("shelter"), wanted(reader=reader), "") is reader.profile
    with pytest.raises(Malformed, match="no column “shelter”"):
        register_whole.profile(rows("name"), wanted(reader=reader), "")


def test_columns_with_persons_are_told_apart_from_those_that_are_merely_unread():
    report = Report()
    register_whole.tell_columns(rows("Name", "Власник", "Tel", "Shade"), GENERAL, report)
    assert report.columns_dropped == ("Власник", "Tel")
    assert report.columns_unread == ("Shade",)


def test_a_register_belongs_where_its_operator_says_else_where_it_is_known_to():
    country = ukraine()[0]
    assert register_whole.area(wanted(area="UA-46"), GENERAL, country) == LVIV
    assert register_whole.area(wanted(), named("kyiv"), country) == KYIV
    assert register_whole.area(wanted(), GENERAL, country) is None
    with pytest.raises(Malformed, match=r"area\.unknown"):
        register_whole.area(wanted(area="UA-99"), GENERAL, country)


def test_the_finest_area_that_holds_all_is_found():
    country = ukraine()[0]
    raions = country.children(LVIV)
    assert register_whole.around([raions[0]], country) == raions[0]
    assert register_whole.around(raions[:2], country) == LVIV
    assert register_whole.around([raions[0], KYIV], country) == "UA"
    assert register_whole.around([], country) == "UA"


def test_the_hazards_of_a_file_are_all_that_any_row_lists():
    found = Rows("geojson")
    found.add({"disasterTypes": ["洪水"]})
    found.add({"disasterTypes": ["津波", "怪獣"]})
    assert register_whole.hazards(found, GENERAL) == {"flood", "tsunami"}
