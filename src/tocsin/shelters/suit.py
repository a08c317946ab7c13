"""
Whether a shelter suits somebody who asks: surely, perhaps, or not.

Unknown is never yes: a shelter whose door nobody has spoken for, or of which nobody knows whether
a wheelchair gets in, may be offered after those that are sure, with the reason said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from tocsin.kernel.time import Moment
from tocsin.shelters import hours
from tocsin.shelters.messages import Access, Said, State
from tocsin.shelters.shelter import Shelter
from tocsin.shelters.status import Effective

SURE: Final = 0
UNSURE: Final = 1

STRANGER: Final = frozenset({Access.PUBLIC})
"""Whom everybody is: let in where all are."""


class Question(NamedTuple):
    """
    What somebody asks for.

    Args:
        hazard: What they take shelter from; None where it is not known.
        admits: The access rules by which they would be let in.
        dark: Groups of the grid that are without power.
    """

    at: Moment
    hazard: str | None = None
    step_free: bool = False
    pets: bool = False
    admits: frozenset[Access] = STRANGER
    dark: frozenset[str] = frozenset()


class Suit(NamedTuple):
    """
    How well a shelter suits.

    Args:
        tier: `SURE`, `UNSURE`, or None where it does not.
        because: Why it does not, or why it is not sure; stable words, gravest first.
    """

    tier: int | None
    because: tuple[str, ...] = ()


def suit(shelter: Shelter, now: Effective, question: Question) -> Suit:
    """Say how well a shelter that is `now` so suits a question."""
    against = tuple(_against(shelter, now, question))
    if against:
        return Suit(None, against)
    doubts = tuple(_doubts(shelter, now, question))
    return Suit(UNSURE if doubts else SURE, doubts)


def _against(shelter: Shelter, now: Effective, question: Question) -> Iterator[str]:
    listing = shelter.listing
    if now.state in {State.CLOSED, State.FULL, State.DAMAGED}:
        yield now.state.value
    if not _lets_in(listing.access, now, question):
        yield "not_admitted"
    shut = listing.hours is not None and not hours.within(listing.hours, question.at)
    if shut and not now.lets_in:
        yield "shut_by_hours"
    if question.hazard is not None and _fit(shelter, question.hazard) is Said.NO:
        yield "unfit"
    if question.step_free and _step_free(shelter) is Said.NO:
        yield "not_step_free"
    if question.pets and listing.pets is Said.NO:
        yield "no_pets"


def _doubts(shelter: Shelter, now: Effective, question: Question) -> Iterator[str]:
    listing = shelter.listing
    if now.state is None:
        yield "state_unknown"
    if now.doubted:
        yield "doubted"
    if listing.access is Access.UNKNOWN:
        yield "access_unknown"
    if question.hazard is not None and _fit(shelter, question.hazard) is Said.UNKNOWN:
        yield "fit_unknown"
    if question.step_free and _step_free(shelter) is Said.UNKNOWN:
        yield "step_free_unknown"
    if question.pets and listing.pets is Said.UNKNOWN:
        yield "pets_unknown"
    if listing.power_group in question.dark and listing.generator is not Said.YES:
        yield "no_power"


def _lets_in(access: Access, now: Effective, question: Question) -> bool:
    if access is Access.ON_ORDER:
        return now.lets_in  # Whoever gave the order said that it is open.
    return access is Access.UNKNOWN or access in question.admits


def _fit(shelter: Shelter, hazard: str) -> Said:
    return shelter.listing.fit.get(hazard, Said.UNKNOWN)


def _step_free(shelter: Shelter) -> Said:
    """One door is enough; what is said of the shelter as a whole holds where no door tells."""
    doors = {entrance.step_free for entrance in shelter.entrances}
    if Said.YES in doors:
        return Said.YES
    return shelter.listing.step_free
