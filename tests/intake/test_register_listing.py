"""
A row becomes a listing by what it says alone: unknown stays unknown, and a number stays its own.

Method: rows of a few values, read as a general register or a known one, and the report beside them.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.intake.register_listing import Understanding, null_words, says_anything
from tocsin.intake.register_mapping import Reader
from tocsin.intake.register_profile import GENERAL, named
from tocsin.intake.register_report import Report
from tocsin.intake.register_rows import Row
from tocsin.intake.register_text import folded
from tocsin.shelters.messages import Access, CapacityBasis, Kind, Said

KYIV = named("kyiv")
RAMP = KYIV.columns["step_free"][0]


def understood(profile=GENERAL, number=2, hazards=frozenset(), **values):
    named_ = {folded(name): value for name, value in values.items()}
    row = Row(number, named_)
    columns = frozenset(named_)
    return Understanding(profile, Reader(), Report(register="x"), columns, hazards), row


@pytest.mark.parametrize(
    ("written", "people", "code"),
    [
        (80, 80, ""),
        ("80", 80, ""),
        ("80 осіб", 80, ""),
        (80.0, 80, ""),
        ("120人", 120, ""),
        (0, 0, "capacity_zero"),
        ("0", 0, "capacity_zero"),
        (None, None, ""),
        ("<Null>", None, ""),
        (-5, None, "capacity_not_understood"),
        ("80-100", None, "capacity_not_understood"),
        (0.5, None, "capacity_not_understood"),
        ("багато", None, "capacity_not_understood"),
        (380671234567, None, "capacity_not_understood"),
        (True, None, "capacity_not_understood"),
    ],
)
def test_no_capacity_is_not_a_capacity_of_none(written, people, code):
    reads, row = understood(capacity=written)
    assert reads.capacity(row)[0] == people
    assert dict(reads.report.counts) == ({code: 1} if code else {})


def test_places_are_counted_from_square_metres_only_where_the_register_says_how():
    reads, row = understood(area_m2=90)
    assert reads.capacity(row) == (None, None)
    from dataclasses import replace

    reads, row = understood(replace(GENERAL, squares=0.6), area_m2=90)
    assert reads.capacity(row) == (150, CapacityBasis.AREA)


@pytest.mark.parametrize(
    ("kind", "access", "meant", "code"),
    [
        ("Підвал", "Відсутній", Said.NO, ""),
        ("Підвал", "В наявності", Said.YES, ""),
        ("Підвал", "<Null>", Said.UNKNOWN, ""),
        ("Підвал", " 044 000-00-00", Said.UNKNOWN, "phone_in_access"),
        ("Підвал", "мабуть", Said.UNKNOWN, "step_free_not_understood"),
        ("Підземний паркінг з пандусом", "<Null>", Said.YES, ""),
        ("Підземний паркінг з пандусом", "<phone>", Said.YES, "phone_in_access"),
        ("Підземний паркінг з пандусом", "Відсутній", Said.UNKNOWN, "ramp_contradicted"),
        ("Підземний паркінг з пандусом", "Обладнано", Said.YES, ""),
    ],
)
def test_step_free_is_read_from_its_column_and_from_the_kind(kind, access, meant, code):
    reads, row = understood(KYIV, **{"Вид укриття": kind, RAMP: access})
    assert reads.step_free(row) is meant
    assert dict(reads.report.counts) == ({code: 1} if code else {})
    assert reads.report.of("step_free").said == {meant: 1}


def test_a_telephone_number_is_nowhere_in_the_report():
    phone = "044 123-45-67"
    reads, row = understood(KYIV, **{"Вид укриття": phone, RAMP: phone, "Режим роботи": phone})
    reads.step_free(row)
    reads.kind(row)
    reads.hours(row)
    assert "123" not in str(reads.report.as_json())


def test_a_kind_is_taken_from_the_first_column_that_says_one():
    reads, row = understood(
        KYIV, **{"Вид укриття": "Інше", "Тип укриття": "Подвійного призначення"}
    )
    assert reads.kind(row) is Kind.DUAL_USE
    reads, row = understood(KYIV, **{"Вид укриття": "Горище", "Тип укриття": "Найпростіші укриття"})
    assert reads.kind(row) is Kind.UNKNOWN
    assert reads.report.of("kind").strange == {"Горище": 1}


@pytest.mark.parametrize(
    ("hours", "meant"),
    [
        ("Цілодобово", Access.PUBLIC),
        ("<Null>", Access.UNKNOWN),
        ("коли як", Access.UNKNOWN),
        ("доступ надається учасникам освітнього процесу", Access.PUPILS_AND_STAFF),
    ],
)
def test_kyivs_hours_say_whom_it_lets_in(hours, meant):
    reads, row = understood(KYIV, **{"Режим роботи": hours})
    assert reads.access(row, reads.hours(row)[1]) is meant


def test_a_register_that_does_not_say_whom_it_lets_in_leaves_it_unknown():
    reads, row = understood(hours="24/7")
    assert reads.access(row, reads.hours(row)[1]) is Access.UNKNOWN
    reads, row = understood(access="хтозна")
    assert reads.access(row, None) is Access.UNKNOWN
    assert reads.report.counts == {"access_not_understood": 1}


def test_hazards_that_others_of_the_file_list_are_answered_with_no():
    reads, row = understood(hazards=frozenset({"flood", "fire"}), disasterTypes=["洪水", "怪獣"])
    assert reads.fit(row) == {"flood": Said.YES, "fire": Said.NO}
    assert reads.report.counts == {"hazard_not_understood": 1}
    reads, row = understood(hazards=frozenset({"flood"}), name="A")
    assert reads.fit(row) == {}


def test_marks_of_japans_columns_are_yes_and_an_empty_cell_is_no():
    reads, row = understood(named("gsi"), 洪水="1", 津波="", 地震="たぶん")
    assert reads.fit(row) == {"flood": Said.YES, "tsunami": Said.NO}
    assert reads.report.counts == {"hazard_not_understood": 1}


def test_a_field_without_a_column_is_unknown_and_not_counted():
    reads, row = understood(name="A", water="мабуть", pets="так")
    assert [reads.said(row, name) for name in ("toilet", "water", "pets")] == [
        Said.UNKNOWN, Said.UNKNOWN, Said.YES,
    ]  # fmt: skip
    assert set(reads.report.fields) == {"water", "pets"}
    assert reads.report.counts == {"value_not_understood": 1}


def numbers(*rows, room=58):
    reads, _ = understood(id=1, name="A")
    return [
        reads.identify(Row(n, {"id": id_, "name": name}), "addr", room)
        for n, (id_, name) in enumerate(rows, 2)
    ]


def test_a_number_of_the_register_is_part_of_the_id_and_kept_as_it_stands():
    assert numbers(("A 7/2", "x"), ("{0A-1}", "y")) == [("A 7/2", "a-7-2"), ("{0A-1}", "0a-1")]
    ((said, key),) = numbers(("Сховище №1", "x"))
    assert said == "Сховище №1"
    assert key.startswith("x")
    assert len(numbers(("9" * 75, "x"))[0][1]) <= 58


def test_a_row_that_comes_again_is_left_out_and_another_of_its_number_is_told():
    assert numbers(("7", "x"), ("7", "x")) == [("7", "7"), None]
    reads, row = understood(id="7", name="x")
    assert reads.identify(row, "", 58) == ("7", "7")
    assert reads.identify(Row(3, {"id": "7", "name": "y"}), "", 58) == ("7-2", "7-2")
    assert reads.identify(Row(4, {"id": "7-2", "name": "z"}), "", 58) == ("7-2-2", "7-2-2")
    assert reads.identify(Row(5, {"id": "7", "name": "y"}), "", 58) is None
    assert reads.report.counts == {"id_repeated": 2}


def test_a_made_number_lasts_while_the_hours_change_and_rooms_are_numbered():
    def made(hours, address="вул. Перша, 1"):
        reads, row = understood(KYIV, **{"Вид укриття": "Підвал", "Режим роботи": hours})
        return reads.identify(row, address, 58)[1]

    assert made("Цілодобово") == made("<Null>")
    assert made("Цілодобово") != made("Цілодобово", "вул. Перша, 2")
    reads, row = understood(KYIV, **{"Вид укриття": "Підвал"})
    first, second = reads.identify(row, "a", 58), reads.identify(Row(3, row.values), "a", 58)
    assert second[1] == f"{first[1]}-2"
    assert reads.report.counts == {}


def test_a_name_is_the_registers_else_made_and_told():
    reads, row = understood(name="Льох", kind="cellar")
    assert reads.name(row, Kind.BASEMENT, "вул. Перша, 1", "7") == "Льох"
    reads, row = understood(name="<Null>", kind="cellar")
    assert reads.name(row, Kind.BASEMENT, "вул. Перша, 1", "7") == "вул. Перша, 1"
    assert reads.name(row, Kind.BASEMENT, "", "7") == "cellar 7"
    assert reads.report.counts == {"name_made": 2}


def test_a_shelter_that_its_register_calls_unfit_is_told_so():
    reads, row = understood(note="вхід з двору", StanHotovnosti="Не готове")
    assert reads.note(row) == "вхід з двору; Не готове"
    assert reads.report.counts == {"not_ready": 1}


def test_a_row_of_silence_says_nothing():
    assert not says_anything(Row(2, {"a": "<Null>", "b": " ", "c": None}))
    assert says_anything(Row(2, {"a": "<Null>", "b": 0}))
    assert null_words(Row(2, {"a": "<Null>", "b": " ", "c": None, "d": "-", "e": "x"})) == 2


@given(
    st.lists(st.tuples(st.sampled_from(["7", "7-2", "7-3", "a b", "a-b", ""]), st.text(max_size=1)))
)
def test_no_two_rows_have_one_id(rows):
    keys = [told[1] for told in numbers(*rows) if told is not None]
    assert len(set(keys)) == len(keys)


@given(st.dictionaries(
    st.sampled_from(["id", "name", "kind", "address", "capacity", "hours", "access", "wheelchair"]),
    st.none() | st.text(max_size=30) | st.integers() | st.floats() | st.lists(st.none()),
    min_size=1,
))  # fmt: skip
def test_whatever_a_row_says_it_is_read(values):
    reads, row = understood(**values)
    address = reads.address(row)
    said, key = reads.identify(row, address, 58)
    assert said
    assert len(key) <= 58
    assert reads.name(row, reads.kind(row), address, said)
    reads.access(row, reads.hours(row)[1])
    reads.capacity(row)
    reads.step_free(row)
