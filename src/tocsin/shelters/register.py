"""
A register in place of its last edition: what is new, what changed, what is gone.

A cut-off answer must not erase a city, nor may another city's register of the same name: an
edition that lacks many of those listed is refused unless whoever imports it says that it is meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.words import Status
from tocsin.shelters.messages import (
    Listing,
    RegisterReplaced,
    ReplaceRegister,
    ShelterDelisted,
    ShelterEvent,
    ShelterFact,
    ShelterId,
    ShelterListed,
)
from tocsin.shelters.shelter import Shelter, check_entrances, event

LISTED_LEAST: Final = 0.8
"""Of what is listed; registers of cities lose a few in a hundred from one edition to the next."""

SHELTERS_MOST: Final = 200_000
"""Taiwan lists 105,000; at 700 bytes each that many are 140 MB of ledger."""

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_REGISTER = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


def replace(
    known: Mapping[ShelterId, Shelter], version: Callable[[AreaCode], int], command: ReplaceRegister
) -> tuple[ShelterEvent, ...]:
    """
    Decide what an edition changes, in the order of its rows; none where it is as known.

    Args:
        known: The shelters that are listed of this register.
        version: The room's version of an area so far.

    Raises:
        Refused: `shelter.register_shrunk`.
        Malformed: `shelter.register_malformed`.
    """
    _check(command, known)
    facts: list[tuple[AreaCode, ShelterFact]] = []
    listed = changed = 0
    for listing in command.listings:
        area = command.areas.get(listing.id, command.area)
        before = known.get(listing.id)
        if before is not None and before.area == area and _same(before.listing, listing):
            continue
        listed += before is None
        changed += before is not None
        facts.append((area, ShelterListed(listing=listing)))
    kept = {listing.id for listing in command.listings}
    gone = [shelter for name, shelter in sorted(known.items()) if name not in kept]
    facts += [
        (one.area, ShelterDelisted(shelter=one.listing.id, register=command.register))
        for one in gone
    ]
    if not facts:
        return ()
    replaced = RegisterReplaced(
        register=command.register,
        source=command.source,
        licence=command.licence,
        retrieved_at=command.retrieved_at,
        rows=len(command.listings),
        listed=listed,
        changed=changed,
        delisted=len(gone),
    )
    versions: dict[AreaCode, int] = {}
    events = []
    for area, fact in [(command.area, replaced), *facts]:
        versions[area] = versions.get(area, version(area)) + 1
        events.append(event(command, versions[area], fact, Status.ACTUAL, area))
    return tuple(events)


def _same(before: Listing, now: Listing) -> bool:
    """Say whether two editions tell the same of a shelter; when they were fetched is no change."""
    return before == msgspec.structs.replace(now, retrieved_at=before.retrieved_at)


def _check(command: ReplaceRegister, known: Mapping[ShelterId, Shelter]) -> None:
    rows = len(command.listings)
    names = {listing.id for listing in command.listings}
    wrong = next((one for one in command.listings if not _fits(one, command.register)), None)
    if not _REGISTER.fullmatch(command.register) or wrong is not None or len(names) != rows:
        which = "" if wrong is None else f" ({wrong.id[:64]})"
        raise Malformed(
            "shelter.register_malformed",
            f"Each shelter of a register has an id of its own, REGISTER.NUMBER{which}.",
            where="register",
        )
    if rows > SHELTERS_MOST:
        raise Malformed(
            "shelter.register_malformed",
            f"A register lists at most {SHELTERS_MOST} shelters.",
            where="register",
        )
    kept = len(names & known.keys())
    if kept < LISTED_LEAST * len(known) and not command.fewer:
        raise Refused(
            "shelter.register_shrunk",
            f"Of {len(known)} shelters listed of {command.register} this file has {kept}; a file "
            "that is cut off, or another register's, would erase the others. Give another register "
            "a name (--register); if they are gone, say so (--fewer).",
        )


def _fits(listing: Listing, register: str) -> bool:
    check_entrances(listing.entrances)
    own = listing.register == register and listing.id.startswith(f"{register}.")
    return own and _ID.fullmatch(listing.id) is not None
