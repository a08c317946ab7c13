"""
The nearest: which shelters to tell somebody of who asks at a point, and in which order.

First those that are sure (open, letting in, fit) and can be reached in time, then those of which
something is not known and that can; then what is within a quarter of an hour, then the rest, each
time the sure ones first and the nearer before the farther. The first that is sure is always among
them. What does not suit is not told at all.

Where there is a walking network distances are ways on foot; a shelter that cannot be walked to is
not told. Without one they are straight lines, and nobody is promised to be in time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Literal, NamedTuple, TypeAlias

from tocsin.kernel.time import Moment
from tocsin.shelters.messages import DEGREE, Entrance, ShelterId
from tocsin.shelters.shelter import Shelter
from tocsin.shelters.status import Effective
from tocsin.shelters.suit import SURE, UNSURE, Question, Suit, suit
from tocsin.views.shelter_doors import Doors
from tocsin.walking.nearest import Way as WalkedWay
from tocsin.walking.profile import WALK, WHEELS, Profile

NEAREST_MOST: Final = 10
"""For one point. More would be a list, and a list never says how anything is."""

AT_HAND_S: Final = 900
"""A quarter of an hour: what is surely open beyond it does not come before what may be near."""

LIMITS_M: Final = (1_500, 3_000, 5_000)
"""
How far is looked: no farther where enough was found in the first, or anything in the second. The
first is 3,000 corners of streets, some 3 ms; the last an hour on foot, beyond which nothing helps.
"""

DETOUR: Final = 1.3
"""Streets are about so much longer than the straight line; good for a guess, not for a promise."""

Way: TypeAlias = Literal["on_foot", "straight_line"]
Advice: TypeAlias = Literal["go", "cover_now", "none_known"]


class Asked(NamedTuple):
    """
    Who asks, and for what.

    Args:
        lat: WGS 84 degrees, as `lon`.
        k: 1 to 10.
        hazard: From what; None where nobody has said.
    """

    lat: float
    lon: float
    k: int = 5
    hazard: str | None = None
    step_free: bool = False
    pets: bool = False
    profile: Profile = WALK

    @property
    def wheels(self) -> bool:
        """Say whether no step may be in the way."""
        return self.step_free or self.profile is WHEELS

    @property
    def point(self) -> tuple[int, int]:
        """Give the point as a recorded one is: degrees × 10,000,000."""
        return round(self.lat * DEGREE), round(self.lon * DEGREE)

    def question(self, at: Moment, dark: frozenset[str] = frozenset()) -> Question:
        """Put it as the room is asked; `dark` are the groups of the grid without power."""
        return Question(at=at, hazard=self.hazard, step_free=self.wheels, pets=self.pets, dark=dark)


class Reached(NamedTuple):
    """
    A way to one shelter.

    Args:
        metres: Along it.
        seconds: At the pace asked for; without a network guessed from the straight line.
        sure_s: At least so many, whatever the streets are like.
        walked: The way on the walking network; None without one.
    """

    shelter: ShelterId
    entrance: Entrance
    metres: float
    seconds: float
    sure_s: float
    walked: WalkedWay | None = None


class Found(NamedTuple):
    """
    A shelter to be told.

    Args:
        in_time: None where nobody can say.
    """

    shelter: Shelter
    now: Effective
    suit: Suit
    reached: Reached
    in_time: bool | None


Judge = Callable[[ShelterId], "Judged | None"]
"""Tell how a shelter is and suits, for one question; None for one that is not there."""


class Judged(NamedTuple):
    """One shelter under one question."""

    shelter: Shelter
    now: Effective
    suit: Suit


def judge(get: Callable[[str], Shelter | None], question: Question) -> Judge:
    """Make what judges shelters for one question, each once."""
    known: dict[ShelterId, Judged | None] = {}

    def judged(name: ShelterId) -> Judged | None:
        if name not in known:
            shelter = get(name)
            now = shelter and shelter.effective(question.at)
            known[name] = (
                Judged(shelter, now, suit(shelter, now, question)) if shelter and now else None
            )
        return known[name]

    return judged


def straight(doors: Doors, asked: Asked, judged: Judge) -> list[Reached]:
    """Find up to k that are sure and k that are not, in a straight line."""
    lat, lon = asked.point

    def look(most_m: float) -> list[Reached]:
        found: dict[int, list[Reached]] = {SURE: [], UNSURE: []}
        for crow in doors.within(lat, lon, most_m, step_free=asked.wheels):
            one = judged(crow.shelter)
            if one is None or one.suit.tier is None:
                continue
            seconds = asked.profile.seconds(crow.metres)
            way = Reached(crow.shelter, crow.entrance, crow.metres, seconds * DETOUR, seconds)
            found[one.suit.tier].append(way)
            if len(found[SURE]) == asked.k:
                break
        return found[SURE] + found[UNSURE][: asked.k]

    return widening(look, asked.k)


def widening(look: Callable[[float], list[Reached]], k: int) -> list[Reached]:
    """Look near, and farther where too little is there; see `LIMITS_M`."""
    found: list[Reached] = []
    for most_m, enough in zip(LIMITS_M, (k, 1, 0), strict=True):
        found = look(most_m)
        if len(found) >= enough:
            break
    return found


def order(
    ways: Iterable[Reached], judged: Judge, within_s: int | None, k: int, *, on_foot: bool
) -> list[Found]:
    """Put ways into the order in which they are told; see the module."""
    found: list[Found] = []
    for way in ways:
        one = judged(way.shelter)
        if one is None or one.suit.tier is None:
            continue
        in_time: bool | None = None
        if within_s is not None:
            in_time = way.sure_s <= within_s
            if in_time and not on_foot:
                in_time = None  # It is near enough if the way is straight, and who knows that?
        found.append(Found(one.shelter, one.now, one.suit, way, in_time))

    def place(one: Found) -> tuple[int, int, float, str]:
        hopeful = within_s is not None and one.in_time is not False
        far = 0 if hopeful else 1 if one.reached.seconds <= AT_HAND_S else 2
        return far, one.suit.tier or SURE, one.reached.seconds, one.reached.shelter

    placed = sorted(found, key=place)
    told = placed[:k]
    sure = next((one for one in placed if one.suit.tier == SURE), None)
    if k > 1 and sure is not None and sure not in told:
        told[-1] = sure  # However many may be nearer, one that lets people in is always told.
    return told


def advice(found: Iterable[Found], within_s: int | None) -> Advice:
    """Say what is best done: go, or take the nearest cover now since nothing is near enough."""
    told = list(found)
    if not told:
        return "none_known"
    if within_s is not None and all(one.in_time is False for one in told):
        return "cover_now"
    return "go"
