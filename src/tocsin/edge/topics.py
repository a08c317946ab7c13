"""
Topics: which codes name which area, and which areas lie in which, as the core told it.

The edge has no gazetteer. What it must know of the tree comes as one line of the feed: a name for
every code, and what each area lies in. From that follows how the area of a message lies to areas
that somebody listens to, by the very rules of `tocsin.delivery.audience`: a subscriber hears of
its areas, of everything inside them and of everything they lie in, once, by the nearest; of two
equally near the one around; and an area that nobody knows lies in the root, because silence is
not safety.

For each message its lineage is looked up once; each set of areas then answers in a microsecond.
Source: design, section 3, "Board and streams".
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tocsin.kernel.errors import Malformed
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.wire import split_codes
from tocsin.kernel.words import Relation

Lineage = tuple[AreaCode, ...]
"""What an area lies in, nearest first, the root last."""


class Interest:
    """
    A set of areas that somebody listens to, ready to be asked about one message after the other.

    Args:
        areas: Primary codes, at least one.
        around: Everything that they lie in: how many levels above the nearest of them.
    """

    __slots__ = ("areas", "around")

    def __init__(self, areas: frozenset[AreaCode], around: dict[AreaCode, int]) -> None:
        self.areas = areas
        self.around = around

    def relation(self, area: AreaCode, above: Lineage) -> Relation | None:
        """
        Tell how an area lies to the nearest of these; None where it concerns none of them.

        Args:
            above: What the area lies in, from `Topics.above`.
        """
        areas = self.areas
        if area in areas:
            return Relation.HERE
        up = self.around.get(area)
        if up is None:
            return None if areas.isdisjoint(above) else Relation.INSIDE
        # Of two equally near, the one around: it holds for where one is.
        return Relation.AROUND if areas.isdisjoint(above[: up - 1]) else Relation.INSIDE


class Topics:
    """
    The tree of areas by code alone.

    Args:
        root: The area that all others lie in.
        above: What each area lies in.
        known_as: Any code of an area, in upper case, and its primary one.
    """

    def __init__(
        self,
        root: AreaCode,
        above: Mapping[AreaCode, Lineage],
        known_as: Mapping[str, AreaCode],
    ) -> None:
        self.root = root
        self._above = above
        self._codes = {code.upper(): code for code in above}
        self._codes.update({name.upper(): code for name, code in known_as.items()})
        # An area of an older tree still concerns the whole country: silence is not safety.
        self._nowhere: Lineage = (root,)

    def __len__(self) -> int:
        return len(self._above)

    def code(self, text: str) -> AreaCode:
        """
        Find the primary code of an area by any of its codes, in any case.

        Raises:
            Malformed: `area.unknown`, with the code as `where`.
        """
        found = self._codes.get(text) or self._codes.get(text.strip().upper())
        if found is None:
            shown = text if len(text) <= 64 else text[:64] + "…"
            raise Malformed(
                "area.unknown", f"No area has the code {shown!r}.", where=shown, status=404
            )
        return found

    def read_areas(self, text: str | None) -> frozenset[AreaCode]:
        """
        Read a comma-separated list of any codes into primary ones; empty where there is none.

        Raises:
            Malformed: `area.unknown`, `query.too_many_areas`.
        """
        return frozenset(map(self.code, split_codes(text)))

    def above(self, area: AreaCode) -> Lineage:
        """List what an area lies in, nearest first; one that nobody knows lies in the root."""
        return self._above.get(area, self._nowhere)

    def interest(self, areas: frozenset[AreaCode]) -> Interest:
        """Make a set of areas ready to be asked about messages; no areas stand for the root."""
        wanted = areas or frozenset((self.root,))
        around: dict[AreaCode, int] = {}
        for code in wanted:
            for steps, above in enumerate(self.above(code), start=1):
                around[above] = min(steps, around.get(above, steps))
        return Interest(wanted, around)


class _Told(msgspec.Struct):
    root: AreaCode
    above: dict[AreaCode, Lineage]
    known_as: dict[str, AreaCode]


_TOLD = msgspec.json.Decoder(_Told)


def read_topics(body: bytes) -> Topics:
    """
    Read the `topics` line of a feed.

    Raises:
        Malformed: `feed.malformed`.
    """
    try:
        told = _TOLD.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Malformed(
            "feed.malformed", f"The topics of the feed cannot be read: {error}.", where="topics"
        ) from error
    return Topics(told.root, told.above, told.known_as)
