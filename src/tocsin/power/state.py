"""What is known of a zone: its schedules, what was cut, and whether its source can be read."""

from __future__ import annotations

import msgspec

from tocsin.kernel.ids import SenderId
from tocsin.kernel.time import Moment
from tocsin.power.messages import (
    GroupCode,
    OperatorId,
    OutageId,
    PlanApproved,
    Regime,
    Slot,
    Zone,
)


class Version(msgspec.Struct, frozen=True, array_like=True):
    """
    What was known of one day of one group from a moment on.

    Args:
        known_at: When it was fetched; `published_at` is the company's own stamp.
    """

    known_at: Moment
    published_at: Moment | None
    source: str
    regime: Regime
    slots: tuple[Slot, ...]


class Emergency(msgspec.Struct, frozen=True, array_like=True):
    """A shutdown at once; `until` is None while it stands."""

    since: Moment
    sender: SenderId
    reason: str
    source: str
    until: Moment | None = None


class Outage(msgspec.Struct, frozen=True, array_like=True):
    """People without power by damage; `until` is None while some are."""

    id: OutageId
    since: Moment
    sender: SenderId
    cause: str
    people: int | None
    expected_at: Moment | None
    until: Moment | None = None


class Failing(msgspec.Struct, frozen=True, array_like=True):
    """Since when a source could not be read, and why."""

    since: Moment
    source: str
    reason: str


class Approved(msgspec.Struct, frozen=True, array_like=True):
    """A plan that somebody approved."""

    at: Moment
    sender: SenderId
    fact: PlanApproved


Dated = tuple[GroupCode, str]
"""A group and a date."""


class ZoneState(msgspec.Struct, frozen=True, array_like=True):
    """
    A zone as it is known.

    Args:
        versions: By group and date, oldest first.
        failing: None while the source can be read.
    """

    operator: OperatorId
    clock: str
    zone: Zone
    versions: dict[Dated, tuple[Version, ...]] = {}
    weeks: dict[GroupCode, tuple[tuple[Slot, ...], ...]] = {}
    emergencies: tuple[Emergency, ...] = ()
    outages: tuple[Outage, ...] = ()
    failing: Failing | None = None
    approved: tuple[Approved, ...] = ()

    def known(self, group: GroupCode, date: str, at: Moment) -> Version | None:
        """Tell the version of a day that was known at a moment; None where none was."""
        found = self.versions.get((group, date), ())
        return next((one for one in reversed(found) if one.known_at <= at), None)

    def emergency(self, at: Moment) -> Emergency | None:
        """Tell the shutdown that stood at a moment."""
        for one in reversed(self.emergencies):
            if one.since <= at and (one.until is None or one.until > at):
                return one
        return None

    @property
    def standing(self) -> Emergency | None:
        """Tell the shutdown that stands, of whatever beginning."""
        last = self.emergencies[-1] if self.emergencies else None
        return last if last is not None and last.until is None else None
