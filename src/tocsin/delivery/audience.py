"""
The audience: who must hear of an event, by the areas they subscribed to.

A subscriber to an area hears of the area itself, of everything inside it and of everything it
lies in. Both directions are needed: where alerts moved from regions to their districts, clients
bound to one of the two fell silent. Who subscribed to several areas hears once, by the nearest.

Pure, and never a list of people: it answers for sets of areas, whoever asked for them.
Source: design, section 3, "Board and streams".
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Final, TypeVar, overload

from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.words import Relation

TOPICS_KEPT: Final = 4_096
"""One set of areas takes about 1 kB with the few areas around it: 4 MB in all."""

DefaultT = TypeVar("DefaultT")


class Topics(Mapping[AreaCode, Relation]):
    """
    Every area that a set of subscribed areas must hear of, and how it lies to the nearest.

    An area that is not in it concerns nobody in the set. Looking one up walks the few levels of
    the tree; iterating lists each area once, parents before their children.
    """

    __slots__ = ("_around", "_gazetteer", "_subscribed")

    def __init__(self, gazetteer: Gazetteer, subscribed: frozenset[AreaCode]) -> None:
        self._gazetteer = gazetteer
        self._subscribed = subscribed
        self._around: dict[AreaCode, int] = {}
        for code in subscribed:
            for steps, above in enumerate(gazetteer.lineage(code), start=1):
                self._around[above] = min(steps, self._around.get(above, steps))

    @overload
    def get(self, area: AreaCode, default: None = None, /) -> Relation | None: ...

    @overload
    def get(self, area: AreaCode, default: Relation | DefaultT, /) -> Relation | DefaultT: ...

    def get(self, area: AreaCode, default: object = None, /) -> object:
        """Tell how an area lies to the nearest subscribed one; the default where none hears."""
        found = self._relation(area)
        return default if found is None else found

    def __getitem__(self, area: AreaCode) -> Relation:
        found = self._relation(area)
        if found is None:
            raise KeyError(area)
        return found

    def __iter__(self) -> Iterator[AreaCode]:
        return (a.code for a in self._gazetteer if self._relation(a.code) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _relation(self, area: AreaCode) -> Relation | None:
        if area in self._subscribed:
            return Relation.HERE
        up = self._around.get(area)
        for steps, above in enumerate(self._above(area), start=1):
            if up is not None and up <= steps:
                break  # Of two equally near, the one around: it holds for where one is.
            if above in self._subscribed:
                return Relation.INSIDE
        return None if up is None else Relation.AROUND

    def _above(self, area: AreaCode) -> tuple[AreaCode, ...]:
        if area in self._gazetteer:
            return self._gazetteer.lineage(area)
        # An area of an older tree still concerns the whole country: silence is not safety.
        return (self._gazetteer.root.code,)


class Audience:
    """
    Tell who must hear of what. Not thread-safe: the event loop owns it.

    All codes are primary codes of the gazetteer; no areas at all stand for the root.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._everywhere = frozenset((gazetteer.root.code,))
        self._kept: OrderedDict[frozenset[AreaCode], Topics] = OrderedDict()

    def topics(self, subscribed: frozenset[AreaCode]) -> Topics:
        """Give what a set of areas must hear of; the same object for the same recent set."""
        wanted = subscribed or self._everywhere
        topics = self._kept.get(wanted)
        if topics is None:
            topics = self._kept[wanted] = Topics(self._gazetteer, wanted)
            if len(self._kept) > TOPICS_KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(wanted)
        return topics

    def relation(self, subscribed: frozenset[AreaCode], area: AreaCode) -> Relation | None:
        """Tell how an area lies to the nearest subscribed one; None where none hears of it."""
        return self.topics(subscribed).get(area)
