"""
The figures behind the arithmetic are positive and bounded; a place's shares are shares.

Method: the tables are read.
"""

from __future__ import annotations

from tocsin.ops.country_figures import FIGURES, PLACES, of


def test_each_figure_is_a_number_above_nought():
    assert all(of(name) > 0 for name in FIGURES)


def test_shares_are_shares_and_places_grow():
    for place in PLACES:
        assert place.streaming + place.polling <= 1
        assert 0 <= place.opening <= 1
    assert [place.phones for place in PLACES] == sorted(place.phones for place in PLACES)
