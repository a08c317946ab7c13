"""What the verbs that plan for a city share: their options, and the city that they look at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

from tocsin.cli.options import kept
from tocsin.cli.tongue import say

if TYPE_CHECKING:
    from tocsin.cli.progress import Stage
    from tocsin.planning.plan import City
    from tocsin.planning.survey import Survey
    from tocsin.walking.profile import Profile

Ways: TypeAlias = Annotated[
    Path,
    typer.Option("--network", metavar="FILE", envvar="TOCSIN_WALKING", help=say("o.ways")),
]
People: TypeAlias = Annotated[
    Path,
    typer.Option("--people", metavar="FILE", envvar="TOCSIN_PEOPLE", help=say("o.people")),
]
Closed: TypeAlias = Annotated[
    str | None, typer.Option("--closed", metavar="ID,ID", help=say("o.closed"))
]
ReckonUnknown: TypeAlias = Annotated[bool, typer.Option("--unknown", help=say("o.unknown"))]
SpeedName: TypeAlias = Literal["walk", "slow", "wheels"]
# Written out, as importing the walker would cost every verb; a test compares.

Pace: TypeAlias = Annotated[SpeedName, typer.Option("--speed", metavar="SPEED", help=say("o.pace"))]


@dataclass(frozen=True, slots=True)
class Seen:
    """
    A city as a ledger knows it.

    Args:
        survey: With all shelters as they are now.
        closed: Ids that are to be taken for closed.
        about: When and of what this is: `as_of`, `position`, `invented`, `attribution`, `speed`,
            and `unknown_reckoned`, whether shelters of unknown state count as open.
    """

    survey: Survey
    closed: tuple[str, ...]
    profile: Profile
    about: dict[str, Any]

    @property
    def reckoned(self) -> bool:
        """Whether shelters of which nobody has said how they are count as open."""
        return bool(self.about["unknown_reckoned"])

    @property
    def after(self) -> City:
        """The city with those shelters closed."""
        from tocsin.planning.places import shut
        from tocsin.planning.plan import with_places

        return with_places(self.survey.city, shut(self.survey.city.places, self.closed))


def look(  # noqa: PLR0913  # What all these verbs are asked.
    db: Path | None,
    ledger: str | None,
    network: Path,
    people: Path,
    closed: str | None,
    *,
    unknown: bool,
    speed: str,
    country: str,
    stage: Stage,
) -> Seen:
    """
    Read a ledger, a network and a table of people.

    Raises:
        Refused: `shelter.unknown`, where no shelter has an id that is to be closed.
        Malformed: `planning.people_malformed`, and as of the network's and the ledger's readers.
        Unavailable: `walking.no_geo` where numpy or scipy is not installed.
    """
    from tocsin.areas.geometry import load_outlines
    from tocsin.cli import places
    from tocsin.cli.shelter_view import seeing
    from tocsin.shelters.messages import ShelterId
    from tocsin.shelters.shelter import unknown as unknown_shelter
    from tocsin.shelters.suit import Question
    from tocsin.walking.network import Network, no_geo
    from tocsin.walking.profile import PROFILES

    try:
        from tocsin.planning.demand import read_points
        from tocsin.planning.survey import by_area, survey
    except ImportError as error:
        raise no_geo() from error
    gazetteer = places.load_country(country)
    outlines = load_outlines(gazetteer)

    def area_at(lat: float, lon: float) -> str | None:
        found = outlines.at(lat, lon)
        return None if found is None else found.code

    ways = Network.open(network)
    points = by_area(read_points(people), area_at)
    ids = tuple(name.strip() for name in (closed or "").split(",") if name.strip())
    with seeing(kept(db, ledger), gazetteer) as view:
        for name in ids:
            if view.map.get(name) is None:
                raise unknown_shelter(ShelterId(name))
        seen = survey(
            ways, view.map.all(), points, Question(at=view.now()),
            profile=PROFILES[speed], reckon_unknown=unknown,
            told=lambda done, of: stage(say("city.placing"), done / of),
        )  # fmt: skip
        about = {
            "as_of": view.now(),
            "position": view.map.position,
            "invented": ways.about.invented,
            "attribution": ways.about.attribution,
            "speed": speed,
            "unknown_reckoned": unknown,
        }
    return Seen(seen, ids, PROFILES[speed], about)


def tell(key: str, /, **values: object) -> str:
    """Say it with numbers that can be read: thousands are set apart."""
    return say(
        key,
        **{
            name: f"{value:,}".replace(",", "\u202f") if isinstance(value, int) else value
            for name, value in values.items()
        },
    )


def known_lines(seen: Seen) -> list[str]:
    """Say what the answer rests on, for a person."""
    from tocsin.planning.shapes import shelters_shape

    counted = shelters_shape(seen.survey)
    lines = [say("city.invented")] if seen.about["invented"] else []
    key = "city.reckoned" if seen.reckoned else "city.shelters"
    lines.append(tell(key, **counted))
    if counted["unknown"]:
        lines.append(tell("city.unknown", n=counted["unknown"]))
    if counted["apart"]:
        lines.append(tell("city.apart", n=counted["apart"]))
    return lines
