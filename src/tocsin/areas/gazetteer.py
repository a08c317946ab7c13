"""
The tree of areas of one country, found by any of their codes.

Everything here is a dictionary look-up on codes: which areas lie in which is decided by the
tree, never by outlines. Names are searched in `lookup.py`, points in `geometry.py`.
A gazetteer never changes once it is built, so any number of threads may read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from tocsin.areas import pack
from tocsin.areas.area import Area
from tocsin.kernel.errors import Malformed
from tocsin.kernel.ids import AreaCode


class Gazetteer:
    """
    All areas of one country, the root first, each parent before its children.

    Args:
        areas: The whole tree in that order, siblings ordered as they are to be listed.
        codes: Further codes that are accepted on the way in, such as a second uid.
        aliases: Other full names of an area, as `lookup.py` takes them.
        shared: Names that several siblings share; found, but never preferred.
        source: Where the tree was read from; `geometry.load_outlines` reads from there too.

    Raises:
        Malformed: `areas.pack_malformed` when the areas are not one tree.
    """

    def __init__(
        self,
        areas: Iterable[Area],
        *,
        codes: Mapping[str, AreaCode] | None = None,
        aliases: Mapping[AreaCode, tuple[str, ...]] | None = None,
        shared: Mapping[AreaCode, tuple[str, ...]] | None = None,
        source: str = "",
    ) -> None:
        self.source = source
        self.aliases: Mapping[AreaCode, tuple[str, ...]] = aliases or {}
        self.shared: Mapping[AreaCode, tuple[str, ...]] = shared or {}
        self._areas: dict[AreaCode, Area] = {}
        self._lineage: dict[AreaCode, tuple[AreaCode, ...]] = {}
        self._children: dict[AreaCode, list[AreaCode]] = {}
        self._index: dict[str, Area] = {}
        for area in areas:
            self._place(area)
        for code, primary in (codes or {}).items():
            self._name(code, self._areas[primary])
        if not self._areas:
            raise Malformed("areas.pack_malformed", "The tree has no areas.")
        self.root: Area = next(iter(self._areas.values()))

    def get(self, code: str) -> Area:
        """
        Find an area by its primary code, its ISO 3166-2 code or its uid, in any case.

        Raises:
            Malformed: `area.unknown`, with the code as `where`.
        """
        area = self._index.get(code) or self._index.get(code.strip().upper())
        if area is None:
            shown = code if len(code) <= 64 else code[:64] + "…"
            raise Malformed(
                "area.unknown", f"No area has the code {shown!r}.", where=shown, status=404
            )
        return area

    def __iter__(self) -> Iterator[Area]:
        """Go through all areas, the root first, each parent before its children."""
        return iter(self._areas.values())

    def __len__(self) -> int:
        return len(self._areas)

    def __contains__(self, code: object) -> bool:
        """Say whether this is the primary code of an area."""
        return code in self._areas

    def codes(self) -> Iterator[tuple[str, AreaCode]]:
        """Go through all codes that are accepted, in capitals, each with the primary code."""
        return ((code, area.code) for code, area in self._index.items())

    def lineage(self, code: AreaCode) -> tuple[AreaCode, ...]:
        """List what the area lies in, nearest first, the root last; empty for the root."""
        return self._lineage[code]

    def children(self, code: AreaCode) -> tuple[AreaCode, ...]:
        """List what lies directly in the area, in the order of the tree."""
        return tuple(self._children[code])

    def descendants(self, code: AreaCode) -> tuple[AreaCode, ...]:
        """List everything inside the area, each parent before its children."""
        return self._descendants[code]

    def related(self, code: AreaCode) -> frozenset[AreaCode]:
        """List all that the area lies in and all that lies in it, without the area itself."""
        return frozenset((*self._lineage[code], *self._descendants[code]))

    @cached_property
    def _descendants(self) -> dict[AreaCode, tuple[AreaCode, ...]]:
        found: dict[AreaCode, tuple[AreaCode, ...]] = {}
        for code in reversed(self._areas):
            below: list[AreaCode] = []
            for child in self._children[code]:
                below += (child, *found[child])
            found[code] = tuple(below)
        return found

    def _place(self, area: Area) -> None:
        if area.parent is None:
            if self._areas or area.level != 0:
                raise _not_a_tree(area.code)
            self._lineage[area.code] = ()
        else:
            above = self._areas.get(area.parent)
            if above is None or area.level != above.level + 1 or area.code in self._areas:
                raise _not_a_tree(area.code)
            self._lineage[area.code] = (area.parent, *self._lineage[area.parent])
            self._children[area.parent].append(area.code)
        self._areas[area.code] = area
        self._children[area.code] = []
        self._name(area.code, area)
        if area.iso is not None:
            self._name(area.iso, area)
        if area.uid is not None:
            self._name(str(area.uid), area)

    def _name(self, code: str, area: Area) -> None:
        if self._index.setdefault(code.upper(), area) is not area:
            raise Malformed("areas.pack_malformed", f"Two areas have the code {code!r}.")


def load_pack(name: str = "UA") -> Gazetteer:
    """
    Read the tree of a country pack: one that ships, by its name, or any, by its path.

    Outlines stay unread; see `geometry.load_outlines`.

    Raises:
        Malformed: `areas.pack_missing` or `areas.pack_malformed`.
    """
    path = pack.locate(name)
    body = pack.read(path, "tree")
    try:
        return _built(json.loads(body), str(path))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise Malformed("areas.pack_malformed", f"The tree in {path.name} is damaged.") from error


def tree_section(gazetteer: Gazetteer, codes: Mapping[str, AreaCode]) -> bytes:
    """Write a tree as the section that `load_pack` reads; `codes` are the further codes."""
    place = {area.code: number for number, area in enumerate(gazetteer)}
    rows = [
        [
            area.code,
            area.level,
            dict(area.name),
            None if area.parent is None else place[area.parent],
            area.iso,
            area.uid,
            list(gazetteer.aliases.get(area.code, ())),
            list(gazetteer.shared.get(area.code, ())),
        ]
        for area in gazetteer
    ]
    tree = {"areas": rows, "codes": dict(codes)}
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()


def _built(tree: dict[str, Any], source: str) -> Gazetteer:
    rows = tree["areas"]
    areas: list[Area] = []
    aliases: dict[AreaCode, tuple[str, ...]] = {}
    shared: dict[AreaCode, tuple[str, ...]] = {}
    for code, level, name, parent, iso, uid, others, common in rows:
        if not (isinstance(code, str) and isinstance(level, int) and name["uk"] and name["en"]):
            raise ValueError(code)
        above = None if parent is None else areas[parent].code
        areas.append(Area(AreaCode(code), level, name, above, iso, uid))
        if others:
            aliases[AreaCode(code)] = tuple(others)
        if common:
            shared[AreaCode(code)] = tuple(common)
    codes = {str(other): AreaCode(code) for other, code in tree["codes"].items()}
    return Gazetteer(areas, codes=codes, aliases=aliases, shared=shared, source=source)


def _not_a_tree(code: str) -> Malformed:
    return Malformed("areas.pack_malformed", f"{code!r} has no fit place in the tree.")
