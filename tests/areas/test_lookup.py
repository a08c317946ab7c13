"""
A name finds every area it may mean, however it is spelled, and never one by likeness.

Method: properties over the names of all areas, spelled in every way that the module forgives;
then names as people and as the real alert history write them.
"""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.areas.gazetteer import load_pack
from tocsin.areas.lookup import find, resolve, resolve_nested
from tocsin.areas.names import fold
from tocsin.kernel.errors import Malformed

UKRAINE = load_pack()
SHARED = Path(os.environ.get("TOCSIN_SHARED", Path(__file__).parents[3] / "shared"))
HISTORY = SHARED / "data/air-alerts"
areas = st.sampled_from(list(UKRAINE))
languages = st.sampled_from(["uk", "en"])


@given(areas, languages)
def test_every_area_is_found_by_its_own_name(area, language):
    assert area in find(UKRAINE, area.name[language])


@given(
    areas,
    languages,
    st.sampled_from([str.upper, str.lower, str.title, lambda name: f"  {name} "]),
    st.sampled_from(["'", "’", "ʼ", '"', "`", ""]),
)
def test_case_spaces_and_apostrophes_are_forgiven(area, language, spell, apostrophe):
    assert area in find(UKRAINE, spell(area.name[language].replace("’", apostrophe)))


@given(areas)
def test_the_transliterated_ukrainian_name_always_works(area):
    assert area in find(UKRAINE, fold(area.name["uk"]).full)


@given(areas)
def test_an_area_is_resolved_within_what_it_lies_in(area):
    if area.parent is not None:
        assert resolve(UKRAINE, area.name["uk"], within=area.parent, level=area.level) == area


@given(st.text(max_size=300))
def test_any_text_is_either_found_or_refused_by_name(text):
    found = find(UKRAINE, text)
    try:
        resolved = resolve(UKRAINE, text)
    except Malformed as refusal:
        assert refusal.code in {"area.unknown_name", "area.ambiguous_name"}  # noqa: PT017
    else:
        assert resolved in found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kyiv", "UA-30"),
        ("Київ", "UA-30"),
        ("м. Київ", "UA-30"),
        ("Kyiv City", "UA-30"),
        ("Kiev", "UA-30"),
        ("Kyiv Oblast", "UA-32"),
        ("Kyivska oblast", "UA-32"),
        ("КИЇВСЬКА ОБЛАСТЬ", "UA-32"),
        ("Київська обл.", "UA-32"),
        ("Dnipropetrovska oblast", "UA-12"),
        ("Odessa region", "UA-51"),
        ("Zaporizhzhya oblast", "UA-23"),
        ("Крим", "UA-43"),
        ("Crimea", "UA-43"),
        ("Севастополь", "UA-40"),
        ("Lubenskyi raion", "106"),
        ("Лубенський р-н", "106"),
        ("Novohrad-Volynskyi raion", "60"),
        ("Звягельський район", "60"),
        ("m. Yuzhnoukrainsk ta Yuzhnoukrainska terytorialna hromada", "950"),
        ("Південноукраїнська громада", "950"),
        ("Україна", "UA"),
    ],
)
def test_names_as_people_write_them_mean_one_area(text, code):
    assert find(UKRAINE, text) == (UKRAINE.get(code),)
    assert resolve(UKRAINE, text) == UKRAINE.get(code)


@pytest.mark.parametrize("text", ["Odesa", "Odessa", "Одеса"])
def test_a_name_without_its_kind_lists_all_levels(text):
    assert [area.level for area in find(UKRAINE, text)] == [1, 2, 3]
    with pytest.raises(Malformed, match=r"area\.ambiguous_name.*Odesa Oblast.*Odesa Raion"):
        resolve(UKRAINE, text)
    assert resolve(UKRAINE, text, level=2).name["en"] == "Odesa Raion"


def test_a_village_does_not_hide_the_city_of_its_name():
    found = find(UKRAINE, "Чернівці")
    assert {area.iso for area in found if area.level == 1} == {"UA-77"}
    assert sum(area.level == 3 for area in found) == 2


def test_two_communities_of_one_name_in_one_raion_are_both_listed():
    nikopol = UKRAINE.get("47").code
    found = find(UKRAINE, "Покровська територіальна громада")
    assert {a.uid for a in found if a.parent == nikopol} == {353, 354}


@pytest.mark.parametrize("text", ["", "район", "m.", "Kyiv raion", "Atlantis", "К", "'" * 500])
def test_what_names_no_area_finds_none(text):
    assert find(UKRAINE, text) == ()
    with pytest.raises(Malformed, match=r"area\.unknown_name"):
        resolve(UKRAINE, text)


def test_names_in_the_wrong_columns_still_mean_one_area():
    swapped = ["Lubenskyi raion", "Poltavska oblast", "Hrebinkivska terytorialna hromada"]
    found = resolve_nested(UKRAINE, swapped)
    assert found.level == 3
    assert found == resolve_nested(UKRAINE, [swapped[1], swapped[0], swapped[2]])


@pytest.mark.skipif(not HISTORY.is_dir(), reason="the shared alert history is not here")
def test_every_name_of_the_real_history_resolves_and_both_languages_agree():
    columns = ("oblast", "raion", "hromada", "region")
    found = {}
    for path in sorted(HISTORY.glob("*.csv*")):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as file:
            rows = {tuple(row.get(c) or "" for c in columns) for row in csv.DictReader(file)}
        found[path.name] = {resolve_nested(UKRAINE, row).code for row in rows}
    for name, codes in found.items():
        if "_uk_" in name:
            assert codes == found[name.replace("_uk_", "_en_")]
    assert len(found["official_data_uk_to_2023-06.csv.gz"]) == 212
