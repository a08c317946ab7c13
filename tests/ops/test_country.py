"""
The simulation of a country is the same for the same seed, loses nobody, and shows what it must.

Method: a small town is played in every scene; the arithmetic is held against sums by hand.
"""

from __future__ import annotations

import pytest

from tocsin.ops.country import SCENES, Scene, needs, simulate, streams_per_edge
from tocsin.ops.country_figures import FIGURES, PLACES, Place, of

TOWN = Place("town", 20_000, 0.10, 0.10, 10.0, 0.3, 5, 3, tls=True)


def test_the_same_seed_plays_the_same_scene():
    scene = SCENES[3]

    assert simulate(TOWN, scene) == simulate(TOWN, scene)
    assert simulate(TOWN, scene, 1) != simulate(TOWN, scene, 2)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_everybody_is_told_in_every_scene(scene):
    played = simulate(TOWN, scene)

    assert played.curve[-1][1] == 1.0
    assert played.told_p50_ms <= played.told_p99_ms <= played.told_last_ms
    assert played.subscribers == 2_000


def test_an_alert_takes_as_long_as_its_writes():
    played = simulate(TOWN, SCENES[0])

    assert played.told_last_ms == pytest.approx(2_000 * of("delivery_tls") / 1_000)


def test_a_crowd_that_all_comes_at_once_is_refused_and_one_that_spreads_is_not():
    big = TOWN._replace(phones=300_000)
    at_once = Scene("all in one second", 1.0, 2.0, cached=True, spread=False)

    assert simulate(big, at_once).refused > simulate(big, SCENES[3]).refused


def test_a_cache_keeps_the_stampede_from_the_edges():
    cached, bare = simulate(TOWN, SCENES[1]), simulate(TOWN, SCENES[2])

    assert cached.asked < bare.asked
    assert cached.wait_p99_ms <= bare.wait_p99_ms


def test_a_country_of_thirty_million_needs_what_the_sum_says():
    country = PLACES[-1]
    wanted = needs(country)

    assert country.phones == 30_000_000
    assert wanted.streams == 3_000_000
    assert wanted.edges * streams_per_edge(tls=True) >= wanted.streams
    assert wanted.memory_gb == pytest.approx(3_000_000 * of("memory_tls") / 1e6)
    assert wanted.polls_per_s == 300_000
    assert wanted.origin_per_s == 163 * 40


def test_every_figure_names_its_source():
    assert all(figure.source for figure in FIGURES.values())
