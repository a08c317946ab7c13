"""
The tree of areas is one tree, complete, and every code leads into it.

Method: properties over all 1,633 areas of the pack that ships, then examples that people know.
"""

from __future__ import annotations

import pytest

from tocsin.areas.area import Area
from tocsin.areas.gazetteer import Gazetteer, load_pack
from tocsin.kernel.errors import Malformed

UKRAINE = load_pack()
KYIV = "UA80000000000093317"
CRIMEA = "UA01000000000013043"
SEVASTOPOL = "UA85000000000065278"


def test_every_lineage_ends_at_the_root_and_climbs_one_level_at_a_time():
    for area in UKRAINE:
        above = [UKRAINE.get(code) for code in UKRAINE.lineage(area.code)]
        assert [a.level for a in above] == list(range(area.level - 1, -1, -1))
        assert area.parent is None or above[-1] == UKRAINE.root


def test_children_descendants_and_lineage_agree():
    for area in UKRAINE:
        assert all(UKRAINE.get(child).parent == area.code for child in UKRAINE.children(area.code))
        inside = UKRAINE.descendants(area.code)
        assert set(inside) == {a.code for a in UKRAINE if area.code in UKRAINE.lineage(a.code)}
        assert UKRAINE.related(area.code) == {*inside, *UKRAINE.lineage(area.code)}


def test_the_tree_holds_what_ukraine_has():
    levels = [area.level for area in UKRAINE]
    assert [levels.count(level) for level in range(4)] == [1, 27, 136, 1469]
    assert len({area.code for area in UKRAINE}) == len(UKRAINE) == 1633


def test_every_area_has_a_name_in_both_languages_that_its_siblings_do_not_have():
    for area in UKRAINE:
        siblings = [UKRAINE.get(code) for code in UKRAINE.children(area.code)]
        for language in ("uk", "en"):
            assert area.name[language].strip()
            assert len({s.name[language] for s in siblings}) == len(siblings)


def test_crimea_and_sevastopol_are_in_ukraine():
    for code in (CRIMEA, SEVASTOPOL):
        assert UKRAINE.lineage(code) == ("UA",)
    assert len(UKRAINE.children(CRIMEA)) == 10
    assert UKRAINE.get("UA-43").name["uk"] == "Автономна Республіка Крим"
    assert UKRAINE.get("UA-40").name["uk"] == "Севастополь"


@pytest.mark.parametrize("code", [KYIV, KYIV.lower(), "UA-30", "ua-30", "31", " 31 "])
def test_any_code_of_kyiv_leads_to_kyiv(code):
    assert UKRAINE.get(code).public() == {
        "code": KYIV,
        "iso": "UA-30",
        "uid": 31,
        "level": 1,
        "name": {"uk": "Київ", "en": "Kyiv"},
        "parent": "UA",
    }


def test_crimea_answers_to_both_of_its_numbers():
    assert UKRAINE.get("29") == UKRAINE.get("9999") == UKRAINE.get(CRIMEA)
    assert UKRAINE.get(CRIMEA).uid == 29


@pytest.mark.parametrize("code", ["", "UA-99", "999999", "KYIV", "UA\x00", "٣١", "x" * 10_000])
def test_an_unknown_code_is_refused_by_name(code):
    with pytest.raises(Malformed, match=r"area\.unknown") as refusal:
        UKRAINE.get(code)
    assert refusal.value.status == 404
    assert len(refusal.value.where) <= 65


def area(code, level, parent, **more):
    return Area(code, level, {"uk": code, "en": code}, parent, **more)


@pytest.mark.parametrize(
    "areas",
    [
        [],
        [area("A", 1, None)],
        [area("A", 0, None), area("B", 0, None)],
        [area("A", 0, None), area("B", 2, "A")],
        [area("A", 0, None), area("B", 1, "C")],
        [area("A", 0, None), area("B", 1, "A"), area("B", 1, "A")],
        [area("A", 0, None), area("B", 1, "A"), area("b", 1, "A")],
        [area("A", 0, None), area("B", 1, "A", uid=7), area("7", 1, "A")],
        [area("A", 0, None), area("B", 1, "A", iso="a")],
    ],
    ids=lambda areas: " ".join(f"{a.code}{a.level}" for a in areas) or "none",
)
def test_what_is_not_one_tree_is_refused(areas):
    with pytest.raises(Malformed, match=r"areas\.pack_malformed"):
        Gazetteer(areas)
