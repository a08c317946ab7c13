"""
Areas by name: every area that a name may mean, and never one that it might mean.

A name is compared in three steps, and the first that finds something answers: as a whole with
the full names of areas; without its words for a kind of area, which then only restrict the
level; and in the loose form that forgives foreign spellings. Nothing is ranked by likeness,
nothing is chosen for the caller: where a name fits several areas, all of them are the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from itertools import permutations

from tocsin.areas.area import Area
from tocsin.areas.gazetteer import Gazetteer
from tocsin.areas.names import Folded, fold, loose
from tocsin.kernel.errors import Malformed
from tocsin.kernel.ids import AreaCode

MAX_NAME_LENGTH = 200
"""The longest full name in Ukraine has 75 characters; no name is twice as long as twice that."""

_Index = Mapping[str, tuple[Area, ...]]


class NameIndex:
    """
    The names of all areas of one gazetteer, in the forms in which they are compared.

    Args:
        gazetteer: Whose areas are to be found.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        full: dict[str, list[Area]] = {}
        shared: dict[str, list[Area]] = {}
        core: dict[str, list[Area]] = {}
        for area in gazetteer:
            own = [fold(n) for n in (*area.name.values(), *gazetteer.aliases.get(area.code, ()))]
            common = [fold(name) for name in gazetteer.shared.get(area.code, ())]
            for name in own:
                _enter(full, name.full, area)
            for name in common:
                _enter(shared, name.full, area)
            for name in (*own, *common):
                for key in _cores(name):
                    _enter(core, key, area)
        self._full = _frozen(full)
        self._shared = _frozen(shared)
        self._core = _frozen(core)
        self._towns = frozenset(
            area.code for area in gazetteer if area.level == 1 and _is_town(gazetteer, area)
        )

    @cached_property
    def _loose(self) -> _Index:
        looser: dict[str, list[Area]] = {}
        for key, areas in self._core.items():
            for area in areas:
                _enter(looser, loose(key), area)
        return _frozen(looser)

    def exact(self, name: Folded) -> tuple[Area, ...]:
        """Find the areas whose own full name this is."""
        return self._full.get(name.full, ())

    def common(self, name: Folded) -> tuple[Area, ...]:
        """Find the areas that share this full name with a sibling."""
        return self._shared.get(name.full, ())

    def forgiving(self, name: Folded) -> tuple[Area, ...]:
        """Find areas by the name alone, its words for a kind restricting the level."""
        keys = _cores(name)
        found = self._in_all([self._core.get(key, ()) for key in keys], name)
        if not found:
            found = self._in_all([self._loose.get(loose(key), ()) for key in keys], name)
        return found

    def _in_all(self, sets: list[tuple[Area, ...]], name: Folded) -> tuple[Area, ...]:
        return tuple(
            area
            for area in (sets[0] if sets else ())
            if all(area in other for other in sets[1:])
            and area.level in name.levels
            and not (name.town and area.level == 1 and area.code not in self._towns)
        )


def find(gazetteer: Gazetteer, text: str) -> tuple[Area, ...]:
    """
    Find every area that a name may mean, in Ukrainian or English, however it is spelled.

    Returns:
        The areas that fit best and equally well, higher levels first, then in the order of the
        tree; empty when the name is unknown or too long to be one.
    """
    if len(text) > MAX_NAME_LENGTH:
        return ()
    index, name = _index_of(gazetteer), fold(text)
    exact = index.exact(name)
    found = {area.code: area for area in (*exact, *index.common(name))}
    if not found:
        found = {area.code: area for area in index.forgiving(name)}
    return tuple(sorted(found.values(), key=lambda area: area.level))


def resolve(
    gazetteer: Gazetteer,
    text: str,
    within: AreaCode | None = None,
    level: int | None = None,
) -> Area:
    """
    Find the one area that a name means.

    Args:
        gazetteer: Where to look.
        text: The name.
        within: Look only at this area and inside it.
        level: Look only at this level.

    Raises:
        Malformed: `area.unknown_name`, or `area.ambiguous_name` with the candidates' codes in
            its sentence.
    """
    shown = text if len(text) <= MAX_NAME_LENGTH else text[:MAX_NAME_LENGTH] + "…"
    if len(text) <= MAX_NAME_LENGTH:
        index, name = _index_of(gazetteer), fold(text)
        for step in (index.exact, index.common, index.forgiving):
            found = _restricted(gazetteer, step(name), within, level)
            if len(found) == 1:
                return found[0]
            if found:
                raise _ambiguous(gazetteer, shown, found)
    raise Malformed("area.unknown_name", f"No area is called {shown!r}.", where=shown, status=404)


def resolve_nested(gazetteer: Gazetteer, names: Iterable[str]) -> Area:
    """
    Find the innermost of a few areas that lie in one another, named in any order.

    An alert history has a row whose oblast and raion stand in each other's column; the names
    still mean one area, so nothing is guessed. Empty names are left out; at most four count.

    Raises:
        Malformed: as `resolve`, for the order in which the names were given.
    """
    given = [name for name in names if name.strip()][:4]
    first: Malformed | None = None
    for order in permutations(given):
        found: Area | None = None
        try:
            for name in order:
                found = resolve(gazetteer, name, within=None if found is None else found.code)
        except Malformed as error:
            first = first or error
        else:
            if found is not None:
                return found
    raise first or Malformed("area.unknown_name", "No area is named.", status=404)


def _restricted(
    gazetteer: Gazetteer, found: Iterable[Area], within: AreaCode | None, level: int | None
) -> tuple[Area, ...]:
    return tuple(
        area
        for area in found
        if (level is None or area.level == level)
        and (within is None or area.code == within or within in gazetteer.lineage(area.code))
    )


def _ambiguous(gazetteer: Gazetteer, shown: str, found: tuple[Area, ...]) -> Malformed:
    listed = "; ".join(_described(gazetteer, area) for area in found[:10])
    more = f" and {len(found) - 10} more" if len(found) > 10 else ""
    return Malformed(
        "area.ambiguous_name", f"{shown!r} may mean {listed}{more}.", where=shown, status=400
    )


def _described(gazetteer: Gazetteer, area: Area) -> str:
    above = [gazetteer.get(code) for code in gazetteer.lineage(area.code)[:-1]]
    return f"{', '.join(a.name['en'] for a in (area, *above))} ({area.code})"


@lru_cache(maxsize=4)
def _index_of(gazetteer: Gazetteer) -> NameIndex:
    return NameIndex(gazetteer)


def _cores(name: Folded) -> tuple[str, ...]:
    """List what must be found: both halves of "m. Nikopol ta Nikopolska hromada"."""
    halves = name.full.split(" ta ")
    if len(halves) == 2:
        cores = tuple(fold(half).core for half in halves)
        if all(cores):
            return cores
    return (name.core,) if name.core else ()


def _is_town(gazetteer: Gazetteer, area: Area) -> bool:
    """Say whether a first-level unit is a city: nothing lies in it, one of its names says so."""
    names = (*area.name.values(), *gazetteer.aliases.get(area.code, ()))
    return not gazetteer.children(area.code) and any(fold(name).town for name in names)


def _enter(index: dict[str, list[Area]], key: str, area: Area) -> None:
    places = index.setdefault(key, [])
    if key and area not in places:
        places.append(area)


def _frozen(index: dict[str, list[Area]]) -> _Index:
    return {key: tuple(areas) for key, areas in index.items()}
