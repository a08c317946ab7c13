"""
Words of registers are understood where they are known, and nowhere else.

Method: each way in which the registers of the knowledge file write a thing, and words near them.
"""

import pytest

from tocsin.intake import register_words as words
from tocsin.shelters.messages import Access, Kind, Said


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Відсутній", Said.NO),
        ("відсутній\n", Said.NO),
        ("ВІдсутній", Said.NO),
        ("Відсутнє", Said.NO),
        ("Відсутні ", Said.NO),
        ("В наявності", Said.YES),
        ("Обладнано", Said.YES),
        ("Наявний", Said.YES),
        (True, Said.YES),
        (False, Said.NO),
        (1, Said.YES),
        ("כן", Said.YES),
        ("мабуть", None),
        ("не наявний?", None),
        ("частково", None),
        ("відсутній пандус", None),
    ],
)
def test_step_free_is_written_in_many_ways(written, meant):
    assert words.said(written) is meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Підвал ОЗ", Kind.BASEMENT),
        ("Цокольне приміщення", Kind.BASEMENT),
        ("підвальне приміщення", Kind.BASEMENT),
        ("Підземний \nпаркінг", Kind.PARKING),
        ("Підземний перехід з пандусом", Kind.UNDERPASS),
        ("Станція метрополітену", Kind.METRO),
        ("Вхід до станції метро", Kind.METRO),
        ("Споруда подвійного призначення", Kind.DUAL_USE),
        ("Підземні автопаркінги", Kind.PARKING),
        ("Public Shelter", Kind.DEDICATED),
        ("subway_entrance", Kind.METRO),
        ("מקלט ציבורי נגיש", Kind.DEDICATED),
        ("metro", Kind.METRO),
        ("Укриття", None),
        ("shelter", None),
        ("Горище", None),
        ("unknown", None),
        ("", None),
    ],
)
def test_kinds_are_known_by_their_words(written, meant):
    assert words.kind(written) is meant


def test_a_mapping_adds_words_and_goes_first():
    assert words.kind("льох", {"льох": Kind.BASEMENT}) is Kind.BASEMENT
    assert words.kind("Підвал", {"підвал": Kind.DEDICATED}) is Kind.DEDICATED
    assert words.access("усім", {"усім": Access.PUBLIC}) is Access.PUBLIC
    assert words.said("так", {"так": Said.NO}) is Said.NO


def test_who_may_enter_is_never_inferred_from_a_school_or_a_garage():
    assert words.access("Public Shelter") is Access.PUBLIC
    assert words.access("School Shelter") is Access.UNKNOWN
    assert words.access("Protected Parking") is Access.UNKNOWN
    assert words.access("хтось") is None


def test_japans_eight_kinds_of_disaster_are_known():
    assert set(words.HAZARDS.values()) == {
        "flood", "landslide", "storm_surge", "earthquake", "tsunami", "fire", "inland_flood",
        "volcano",
    }  # fmt: skip
    assert words.hazards(["洪水", "怪獣"]) == (["flood"], ["怪獣"])
    assert words.hazards("air_raid; flood") == (["air_raid", "flood"], [])
    assert words.hazards([]) == ([], [])


def test_a_ramp_may_be_told_in_the_kind():
    assert words.step_free_by_kind("Підземний паркінг з пандусом")
    assert not words.step_free_by_kind("Підземний паркінг")
    assert not words.step_free_by_kind(None)
