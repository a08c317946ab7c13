"""
Goal: a new edition of a register changes exactly what is different in it, and a cut-off one
changes nothing.

Method: any two editions after one another, against the shelters that the second one lists.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shelters.sayings import LAND, TOWN, at, edition, listing

from tocsin.kernel.errors import Malformed, Refused
from tocsin.shelters.messages import RegisterReplaced, ShelterId, ShelterListed
from tocsin.shelters.register import replace
from tocsin.shelters.shelter import evolve


def after(known, command, versions=None):
    """Fold an edition over what is listed; hold that versions are dense in each area."""
    versions = {} if versions is None else versions
    known = dict(known)
    for event in replace(known, lambda area: versions.get(area, 0), command):
        assert event.version == versions.get(event.area, 0) + 1
        versions[event.area] = event.version
        fact = event.fact
        if not isinstance(fact, RegisterReplaced):
            name = fact.listing.id if isinstance(fact, ShelterListed) else fact.shelter
            known[name] = evolve(known.get(name), event)
    return {name: shelter for name, shelter in known.items() if shelter is not None}


rows = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(["old", "new"]), st.sampled_from([TOWN, LAND])),
    unique_by=lambda row: row[0],
    max_size=12,
)


def of_rows(found, **more):
    listings = tuple(listing(number, name=name) for number, name, _ in found)
    areas = {ShelterId(f"city.{number}"): area for number, _, area in found}
    return edition(*listings, areas=areas, **more)


@given(rows, rows)
def test_after_an_edition_its_shelters_are_listed_as_it_has_them_and_no_others(first, second):
    versions = {}
    known = after({}, of_rows(first, fewer=True), versions)
    known = after(known, of_rows(second, fewer=True, command=12), versions)

    assert {
        (shelter.listing.id, shelter.listing.name, shelter.area) for shelter in known.values()
    } == {(f"city.{number}", name, area) for number, name, area in second}


@given(rows)
def test_the_same_edition_fetched_again_changes_nothing(found):
    known = after({}, of_rows(found))

    assert replace(known, lambda _: 0, of_rows(found, seconds=3_600)) == ()


def test_an_edition_says_how_much_it_changed():
    known = after({}, edition(*(listing(n) for n in range(10))))
    changed = [listing(n, name="New" if n < 3 else f"Cellar {n}") for n in range(1, 11)]
    first, *_ = replace(known, lambda _: 0, edition(*changed))

    fact = first.fact
    assert (fact.rows, fact.listed, fact.changed, fact.delisted) == (10, 1, 2, 1)
    assert fact.retrieved_at == at()


def test_a_cut_off_edition_erases_nothing_unless_it_is_meant():
    known = after({}, edition(*(listing(n) for n in range(10))))
    cut_off = [listing(n) for n in range(7)]

    with pytest.raises(Refused, match=r"register_shrunk.*Of 10 shelters.* has 7"):
        replace(known, lambda _: 0, edition(*cut_off))
    assert len(after(known, edition(*cut_off, fewer=True))) == 7
    assert len(after(known, edition(*[listing(n) for n in range(8)]))) == 8


def test_another_register_of_the_same_name_erases_nothing():
    known = after({}, edition(*(listing(n) for n in range(10))))
    others = edition(*(listing(n) for n in range(5, 100)))

    with pytest.raises(Refused, match=r"register_shrunk.*another register's"):
        replace(known, lambda _: 0, others)


@pytest.mark.parametrize(
    "command",
    [
        edition(listing(1), listing(1)),
        edition(listing(1, register="other")),
        edition(listing(1), register="City"),
        edition(listing(1), register=""),
        edition(listing("A b")),
    ],
)
def test_ids_that_are_not_the_registers_own_are_refused(command):
    with pytest.raises(Malformed, match="register_malformed"):
        replace({}, lambda _: 0, command)
