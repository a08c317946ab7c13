"""
Names are folded alike however they are spelled, and by the official table.

Method: examples from the table of resolution 55 of 2010; properties over any text.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.areas.names import fold, latin, loose


@pytest.mark.parametrize(
    ("uk", "en"),
    [
        ("Алушта", "alushta"),
        ("Згорани", "zghorany"),
        ("Єнакієве", "yenakiieve"),
        ("Їжакевич", "yizhakevych"),
        ("Кадиївка", "kadyivka"),
        ("Йосипівка", "yosypivka"),
        ("Стрий", "stryi"),
        ("Щербухи", "shcherbukhy"),
        ("Гоща", "hoshcha"),
        ("Юрій", "yurii"),
        ("Корюківка", "koriukivka"),
        ("Яготин", "yahotyn"),
        ("Костянтинівка", "kostiantynivka"),
        ("Знам’янка", "znamianka"),
        ("Ґалаґан", "galagan"),
        ("Русь", "rus"),
    ],
)
def test_ukrainian_is_written_by_the_official_table(uk, en):
    assert fold(uk).full == en


@given(st.text())
def test_folding_is_stable_and_never_fails(text):
    folded = fold(text)
    assert fold(folded.full).full == folded.full
    assert isinstance(loose(folded.core), str)
    assert isinstance(latin(text), str)


@pytest.mark.parametrize(
    ("text", "core", "levels"),
    [
        ("Київська обл.", "kyivska", {1}),
        ("Odesa Raion", "odesa", {2}),
        ("Бучанський р-н", "buchanskyi", {2}),
        ("Ніжинська міська територіальна громада", "nizhynska", {3}),
        ("м. Київ", "kyiv", {1, 3}),
        ("Kharkiv", "kharkiv", {0, 1, 2, 3}),
        ("oblast raion", "", set()),
        ("Міська", "miska", {0, 1, 2, 3}),
    ],
)
def test_words_for_a_kind_are_told_from_the_name(text, core, levels):
    folded = fold(text)
    assert (folded.core, folded.levels) == (core, levels)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Odessa", "Одеса"),
        ("Mykolayiv", "Миколаїв"),
        ("Zaporizhzhya", "Запоріжжя"),
        ("Zhytomir", "Житомир"),
        ("Khmelnytsky", "Хмельницький"),
        ("Chernihiv", "Чернігів"),
        ("Lutzk", "Луцьк"),
    ],
)
def test_spellings_that_travel_abroad_meet(one, other):
    assert loose(fold(one).core) == loose(fold(other).core)


def test_a_name_in_another_script_is_left_as_it_is():
    assert fold("京都市").full == "京都市"
    assert fold("Âncora").full == "ancora"
