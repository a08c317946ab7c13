"""
How a shelter is at a moment, from all that was said of it, in whatever order it came.

The newest valid word of an official or a keeper holds; damage that an official found is lifted by
an official alone. A sensor's word holds where nobody else's does, and else only for the worse.
What is counted inside makes open `filling` and `full`, never the other way. What phones report
warns at once; from a number of phones on it casts doubt on the shelter, and it never closes one,
nor opens one. Where no word is valid the state is unknown, which is never open (decision 0024).

What is kept is a function of the set of events, not of their order, and bounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, NamedTuple

import msgspec

from tocsin.kernel.ids import SenderId
from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.shelters.messages import SourceKind, State

STATEMENTS_KEPT: Final = 16
"""Of one source: newer words of shorter life over older ones of longer; two are usual."""

PHONES_KEPT: Final = 64
"""The newest: far more than cast doubt, so a flood changes no more than that."""

EXACT_S: Final = 3_600
"""A count older than this against the newest is kept with the others of its minute, as one."""

COUNTS_KEPT: Final = 16_384
"""23 hours by the minute and an hour of 25 busy doors, each of 600 counts; the oldest go first."""

COUNTED_S: Final = 86_400
"""A count without a word for the whole of a day says nothing about who is inside."""

REPORT_LASTS_S: Final = 7_200

_CAUTION: Final = {state: place for place, state in enumerate(State)}
_FOR_EVER: Final = "9999"
_LETS_IN: Final = frozenset({State.OPEN, State.FILLING})


class Rules(NamedTuple):
    """
    What a town may choose.

    Args:
        phones: How many phones must report a shelter closed before that changes its order.
        filling: Share of the places taken, in per cent, from which it is `filling`; `full` as well.
    """

    phones: int = 5
    filling: int = 70
    full: int = 95


RULES: Final = Rules()


class Statement(msgspec.Struct, frozen=True, array_like=True):
    """What one source said, and until when it may be relied on; None: until further notice."""

    source: SourceKind
    sender: SenderId
    at: Moment
    state: State
    reason: str | None
    expires_at: Moment | None

    @property
    def order(self) -> tuple[str, int, str, str]:
        """Sort by time; of two at once the one to be more careful with is the newer."""
        return (self.at, _CAUTION[self.state], self.ends, self.sender)

    @property
    def ends(self) -> str:
        """Tell the moment from which it no longer holds, as text that sorts."""
        return self.expires_at or _FOR_EVER


class Report(msgspec.Struct, frozen=True, array_like=True):
    """What one phone reported last: that the door was closed, or that it was not."""

    at: Moment
    phone: str
    closed: bool


class Count(msgspec.Struct, frozen=True, array_like=True, order=True):
    """How many more there are inside than before."""

    at: Moment
    net: int


class Inside(msgspec.Struct, frozen=True, array_like=True, order=True):
    """How many were inside at a moment."""

    at: Moment
    people: int


class Told(msgspec.Struct, frozen=True, array_like=True):
    """All that is kept of what was said of one shelter."""

    statements: tuple[Statement, ...] = ()
    inside: Inside | None = None
    counts: tuple[Count, ...] = ()
    reports: tuple[Report, ...] = ()


class Effective(NamedTuple):
    """
    How a shelter is.

    Args:
        state: None where nobody whose word counts has said, or what was said is too old.
        since: When the word that holds was said; None without one, as are `source` and `reason`.
        occupancy: People inside, 0 or more; None where nobody counts.
        closed_reports: Phones that reported it closed after that word, in the last two hours.
        doubted: So many that it is better not to rely on it.
    """

    state: State | None
    source: SourceKind | None = None
    since: Moment | None = None
    expires_at: Moment | None = None
    reason: str | None = None
    occupancy: int | None = None
    closed_reports: int = 0
    last_report_at: Moment | None = None
    doubted: bool = False

    @property
    def lets_in(self) -> bool:
        """Say whether somebody whose word counts says that one can go in."""
        return self.state in _LETS_IN


NOTHING: Final = Told()


def with_statement(told: Told, said: Statement) -> Told:
    """Take in a word; older ones of its source that end no later are of no more use."""
    others = [one for one in told.statements if one.source is not said.source]
    own = {one for one in (*told.statements, said) if one.source is said.source}
    kept: list[Statement] = []
    for one in sorted(own, key=lambda one: one.order, reverse=True):
        if not kept or one.ends > kept[-1].ends:
            kept.append(one)
    statements = sorted([*others, *kept[:STATEMENTS_KEPT]], key=lambda one: one.order)
    return msgspec.structs.replace(told, statements=tuple(statements))


def with_inside(told: Told, inside: Inside) -> Told:
    """Take in how many were inside; of two at once the larger number."""
    return msgspec.structs.replace(
        told, inside=inside if told.inside is None else max(told.inside, inside)
    )


def with_count(told: Told, count: Count) -> Told:
    """Take in a count; those more than a day older than the newest no longer matter."""
    counts = sorted([*told.counts, count])
    oldest, exact = _before(counts[-1].at, COUNTED_S), _before(counts[-1].at, EXACT_S)
    minutes: dict[Moment, int] = {}
    for one in counts:
        if oldest < one.at <= exact:
            minute = Moment(f"{one.at[:16]}:00.000Z")
            minutes[minute] = minutes.get(minute, 0) + one.net
    kept = [Count(minute, net) for minute, net in minutes.items()]
    kept += [one for one in counts if one.at > exact]
    return msgspec.structs.replace(told, counts=tuple(kept[-COUNTS_KEPT:]))


def with_report(told: Told, report: Report) -> Told:
    """Take in a report: the last of each phone counts, however often it reports."""
    newest = {one.phone: one for one in told.reports}
    known = newest.get(report.phone)
    if known is None or (report.at, report.closed) > (known.at, known.closed):
        newest[report.phone] = report
    kept = sorted(newest.values(), key=lambda one: (one.at, one.phone))[-PHONES_KEPT:]
    return msgspec.structs.replace(told, reports=tuple(kept))


def effective(
    told: Told, at: Moment, capacity: int | None = None, rules: Rules = RULES
) -> Effective:
    """
    Work out how a shelter is at a moment that is no earlier than what was said.

    Args:
        capacity: Places; None where nobody has said.
    """
    word = _word([one for one in told.statements if one.ends > at])
    occupancy = _occupancy(told, at)
    heard = [
        one
        for one in told.reports
        if _before(at, REPORT_LASTS_S) < one.at and (word is None or one.at > word.at)
    ]
    closed = [one for one in heard if one.closed]
    doubted = len(closed) >= max(1, rules.phones) and len(closed) * 2 > len(heard)
    last = max((one.at for one in closed), default=None)
    if word is None:
        return Effective(
            None,
            occupancy=occupancy,
            closed_reports=len(closed),
            last_report_at=last,
            doubted=doubted,
        )
    return Effective(
        state=_filled(word.state, occupancy, capacity, rules),
        source=word.source,
        since=word.at,
        expires_at=word.expires_at,
        reason=word.reason,
        occupancy=occupancy,
        closed_reports=len(closed),
        last_report_at=last,
        doubted=doubted,
    )


def _word(valid: list[Statement]) -> Statement | None:
    """Choose whose word holds."""
    official = _newest(one for one in valid if one.source is SourceKind.OFFICIAL)
    if official is not None and official.state is State.DAMAGED:
        return official
    word = _newest(one for one in valid if one.source is not SourceKind.SENSOR)
    sensor = _newest(one for one in valid if one.source is SourceKind.SENSOR)
    if word is None or sensor is None:
        return word or sensor
    worse = sensor.at > word.at and _CAUTION[sensor.state] > _CAUTION[word.state]
    return sensor if worse else word


def _newest(statements: Iterable[Statement]) -> Statement | None:
    return max(statements, key=lambda one: one.order, default=None)


def _filled(state: State, occupancy: int | None, capacity: int | None, rules: Rules) -> State:
    if state not in _LETS_IN or occupancy is None or not capacity:
        return state
    share = 100 * occupancy // capacity
    if share >= rules.full:
        return State.FULL
    return State.FILLING if share >= rules.filling else state


def _occupancy(told: Told, at: Moment) -> int | None:
    """Add what was counted since somebody said how many there were, within a day."""
    oldest = _before(at, COUNTED_S)
    known = told.inside if told.inside is not None and told.inside.at > oldest else None
    since = oldest if known is None else known.at
    counts = [one.net for one in told.counts if one.at > since]
    if known is None and not counts:
        return None
    return max(0, (0 if known is None else known.people) + sum(counts))


def _before(at: Moment, seconds: int) -> Moment:
    return rfc3339(parse_rfc3339(at) - timedelta(seconds=seconds))
