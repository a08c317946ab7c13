"""
The city as somebody with a token sees it: the shelters as they are, set against the people.

What counts as open is what is surely open to everybody; with `counted=listed` also what nobody has
spoken for, which tells how a city would stand if every door were opened, and says so. A token sees
the areas and the shelters of its own remit; only the sums are of the whole network.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple, TypeAlias

from tocsin.areas.geometry import Outlines
from tocsin.authority.remit import Grant
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import Moment
from tocsin.shelters.messages import ShelterId
from tocsin.shelters.shelter import Shelter
from tocsin.shelters.suit import SURE, Question, suit
from tocsin.views.shelter_doors import fit_for_wheels
from tocsin.views.shelter_walks import Walks
from tocsin.views.shelters import Shelters
from tocsin.walking.profile import WALK, WHEELS, Profile
from tocsin.web.city import City, CityPlace, CityQuestion, What

Counted: TypeAlias = Literal["open", "listed"]


class CityAsked(NamedTuple):
    """
    What is asked.

    Args:
        minutes: Ascending, each 1 to 120.
        closed: Ids that are to be taken for closed.
        limit: Shelters or cells told at the most.
        assumed: For a plan: people whom a place of unknown capacity is taken to hold; None: nobody.
    """

    what: What
    profile: Profile
    minutes: tuple[int, ...]
    counted: Counted
    closed: tuple[str, ...] = ()
    limit: int = 500
    assumed: int | None = None


class _Known(NamedTuple):
    """A place as it was last worked out, and for which question about which shelter."""

    shelter: Shelter
    meant: Question
    place: CityPlace


class CityView:
    """
    Put questions to the city. Not thread-safe: one thread owns it, beside the event loop.

    Args:
        outlines: Tell in which area a gap lies.
    """

    def __init__(self, view: Shelters, walks: Walks, city: City, outlines: Outlines) -> None:
        self._view = view
        self._walks = walks
        self._city = city
        self._outlines = outlines
        self._known: dict[tuple[ShelterId, bool, Counted], _Known] = {}

    def answer(
        self, asked: CityAsked, shelters: Iterable[Shelter], at: Moment, grant: Grant
    ) -> dict[str, Any]:
        """
        Answer as of a moment.

        Args:
            shelters: All that are listed.

        Raises:
            Unavailable, Malformed: As of `City.ask`.
        """
        listed = list(shelters)
        question = Question(at=at, step_free=asked.profile is WHEELS, dark=self._view.dark())
        places = tuple(self._place(one, asked, question) for one in listed)
        shape = self._city.ask(
            CityQuestion(
                asked.what,
                asked.profile.name,
                asked.minutes,
                places,
                asked.closed,
                listed=asked.counted == "listed",
                assumed=asked.assumed,
                at=at,
            )
        )
        by_id = {one.listing.id: one for one in listed}
        told = {
            "as_of": at,
            "invented": shape.pop("invented"),
            "attribution": self._walks.attribution,
            "speed": asked.profile.name,
            "counted": asked.counted,
            "counting": {
                "listed": len(places),
                "counted": sum(one.open for one in places),
                "off_network": sum(not one.nodes for one in places),
                "closed": [name for name in asked.closed if name in by_id],
            },
        }
        return told | self._within_remit(shape, asked, by_id, grant)

    def plans(self) -> int:
        """
        Tell how many plans were made by now; another number than before is news for who waits.

        Raises:
            Unavailable, Malformed: As of `City.ask`.
        """
        return int(self._city.ask(CityQuestion("plans", WALK.name, (), ()))["plans"])

    def close(self) -> None:
        """End what counts."""
        self._city.close()

    def _within_remit(
        self,
        shape: dict[str, Any],
        asked: CityAsked,
        by_id: dict[ShelterId, Shelter],
        grant: Grant,
    ) -> dict[str, Any]:
        gazetteer = self._view.gazetteer
        remit = grant.remit.area

        def lies_in(code: AreaCode) -> bool:
            return code == remit or (code in gazetteer and remit in gazetteer.lineage(code))

        def at(gap: dict[str, Any]) -> bool:
            found = self._outlines.at(gap["lat"], gap["lon"])
            return remit == gazetteer.root.code or (found is not None and lies_in(found.code))

        match asked.what:
            case "coverage":
                shape["areas"] = [
                    one | {"area": gazetteer.get(one["area"]).public()}
                    for one in shape["areas"]
                    if one["area"] in gazetteer and lies_in(AreaCode(one["area"]))
                ]
                shape["whole"].pop("area")
            case "load":
                shape["shelters"] = [
                    one | {"name": shelter.listing.name}
                    for one in shape["shelters"]
                    if (shelter := by_id.get(one["id"])) is not None and lies_in(shelter.area)
                ][: asked.limit]
            case "plan":
                mine = {name for name, one in by_id.items() if lies_in(one.area)}
                shape["shelters"] = [
                    one | {"name": by_id[one["id"]].listing.name}
                    for one in shape["shelters"]
                    if one["id"] in mine
                ][: asked.limit]
                shape["moves"] = [
                    one for one in shape["moves"] if one["from"] in mine or one["to"] in mine
                ][: asked.limit]
            case "gaps":
                shape["gaps"] = [one for one in shape["gaps"] if at(one)][: asked.limit]
            case "plans":
                raise AssertionError("nobody is told this but who waits")
        return shape

    def _place(self, shelter: Shelter, asked: CityAsked, question: Question) -> CityPlace:
        wheels = question.step_free
        key = (shelter.listing.id, wheels, asked.counted)
        # To the minute: a word may end, or a door be shut by its hours, from then on.
        meant = question._replace(at=Moment(question.at[:16]))
        known = self._known.get(key)
        if known is not None and known.shelter is shelter and known.meant == meant:
            return known.place
        tier = suit(shelter, shelter.effective(question.at), question).tier
        counts = tier == SURE if asked.counted == "open" else tier is not None
        doors = fit_for_wheels(shelter.entrances) if wheels else shelter.entrances
        snaps = [self._walks.snap(entrance) for entrance in doors]
        nodes = dict.fromkeys(snap.node for snap in snaps if snap is not None)
        place = CityPlace(shelter.listing.id, tuple(nodes), shelter.listing.capacity, counts)
        self._known[key] = _Known(shelter, meant, place)
        return place
