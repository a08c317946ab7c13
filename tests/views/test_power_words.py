"""
Goal: people are told in right Ukrainian and English how it is, what is planned and what is new.

Method: whole sentences, read aloud once and kept; plural forms against a table written by hand.
"""

from __future__ import annotations

from datetime import date

import pytest
from tests.power.grids import NOON, TODAY, TOMORROW, after, cuts, day, publishes

from tocsin.power.messages import GroupCode, Regime
from tocsin.power.outlook import outlook
from tocsin.views.power_words import Said, change_words, day_words, joined, length, now_words

KYIV = "Europe/Kyiv"
GROUP = GroupCode("1.1")
ON_MONDAY = date(2026, 1, 26)


def said(hours="y" * 24, date_=TOMORROW, regime=Regime.HOURLY, **more):
    state = after(publishes(day(hours, date=date_, regime=regime)))
    (version,) = state.versions[GROUP, date_]
    return Said(date.fromisoformat(date_), version, KYIV, **more)


@pytest.mark.parametrize(
    ("total", "uk", "en"),
    [
        (0, "0 хвилин", "0 min"),
        (60, "1 година", "1 h"),
        (120, "2 години", "2 h"),
        (300, "5 годин", "5 h"),
        (11 * 60, "11 годин", "11 h"),
        (12 * 60, "12 годин", "12 h"),
        (21 * 60, "21 година", "21 h"),
        (23 * 60, "23 години", "23 h"),
        (210, "3 години 30 хвилин", "3 h 30 min"),
        (61, "1 година 1 хвилина", "1 h 1 min"),
        (22, "22 хвилини", "22 min"),
    ],
)
def test_a_length_of_time_has_its_right_form(total, uk, en):
    assert (length(total, "uk"), length(total, "en")) == (uk, en)


def test_a_day_is_told_with_its_whole_and_each_cut():
    words = day_words(said("nnnnyyyyyynnnnyyynmmyynn"), ON_MONDAY)

    assert words == {
        "uk": "Завтра: без світла всього 11 годин: 00:00–04:00, 10:00–14:00, 17:00–18:00, "
        "22:00–24:00; можливо без світла 2 години: 18:00–20:00.",
        "en": "Tomorrow: 11 h off in all: 00:00–04:00, 10:00–14:00, 17:00–18:00, "
        "22:00–24:00; maybe off for 2 h: 18:00–20:00.",
    }
    far = day_words(said("n" + "y" * 23, "2026-02-03"), ON_MONDAY)
    assert far["en"].startswith("03.02.2026: 1 h off in all")


@pytest.mark.parametrize(
    ("told", "uk"),
    [
        (said(), "Завтра: за графіком світло весь день."),
        (said(regime=Regime.NONE), "Завтра: відключень не заплановано."),
        (said(regime=Regime.WAITING), "Завтра: графіка ще немає, його чекають."),
        (said(regime=Regime.EMERGENCY), "Завтра: аварійні відключення, без графіка."),
        (Said(date(2026, 1, 27), None, KYIV), "Завтра: графік невідомий."),
        (
            said("?" * 12 + "n" * 12),
            "Завтра: без світла всього 12 годин: 12:00–24:00; невідомо 12 годин: 00:00–12:00.",
        ),
        (said("n" * 24, suspended=True), "Завтра: графік призупинено."),
    ],
)
def test_what_is_not_known_or_not_promised_is_never_told_as_light(told, uk):
    assert day_words(told, ON_MONDAY)["uk"] == uk


def test_a_change_says_what_holds_now_what_it_was_and_what_is_new():
    before, now = said("nnnnyyyyyynnyyyyyyyyyyyy"), said("nnyyyyyyyynnnnyyyyyynnyy")

    words = change_words(before, now, ON_MONDAY)
    assert words["uk"] == (
        "Завтра: без світла всього 8 годин: 00:00–02:00, 10:00–14:00, 20:00–22:00; "
        "раніше 6 годин; додано 12:00–14:00, 20:00–22:00; знято 02:00–04:00."
    )
    assert words["en"].endswith("before it was 6 h; added 12:00–14:00, 20:00–22:00; "
                                "taken off 02:00–04:00.")  # fmt: skip
    first = change_words(said(regime=Regime.WAITING), now, ON_MONDAY)["en"]
    assert first.endswith("20:00–22:00 (before: the schedule is still to come).")


def test_now_is_told_with_its_beginning_and_its_end_and_an_emergency_without_one():
    state = after(publishes(day("y" * 11 + "nnn" + "y" * 10, date=TODAY)))
    words = now_words(outlook(state, GROUP, NOON), NOON, KYIV)
    assert words["uk"] == "Світла немає з 11:00 до 14:00; тоді має з’явитися."
    assert words["en"] == "Power is off since 11:00 until 14:00; then it is to be on."

    cut = after(publishes(day(date=TODAY)), cuts())
    told = now_words(outlook(cut, GROUP, NOON), NOON, KYIV)
    assert told["en"] == (
        "Emergency shutdown, without a schedule since 12:00; until when has not been said."
    )
    dark = now_words(outlook(after(), GROUP, NOON), NOON, KYIV)
    assert joined([dark, dark])["uk"] == "Чи є світло, невідомо. Чи є світло, невідомо."
    assert dark["uk"] == "Чи є світло, невідомо."


def test_the_end_of_the_day_is_24_and_another_day_has_its_date():
    state = after(publishes(day("y" * 11 + "n" * 13, date=TODAY)))
    words = now_words(outlook(state, GROUP, NOON), NOON, KYIV)
    assert words["en"] == "Power is off since 11:00 until 24:00; after that it is not known."
    both = after(
        publishes(day("y" * 11 + "n" * 13, date=TODAY), day("nn" + "y" * 22, date=TOMORROW))
    )
    words = now_words(outlook(both, GROUP, NOON), NOON, KYIV)
    assert words["en"] == "Power is off since 11:00 until 02:00 27.01; then it is to be on."
