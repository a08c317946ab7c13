"""
Fragments: pieces of JSON by area, found by whom they concern without looking at the others.

Under a country-wide alert the whole is 1.6 MB in 1,633 areas; somebody who asks about one raion
needs three of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from tocsin.edge.topics import Interest, Topics
from tocsin.kernel.ids import AreaCode


class Fragments:
    """What stands, or is unknown, as pieces that were encoded elsewhere. Not thread-safe."""

    def __init__(self) -> None:
        self._pieces: dict[AreaCode, list[bytes]] = {}
        self._inside: dict[AreaCode, set[AreaCode]] = {}

    def put(self, topics: Topics, code: AreaCode, pieces: list[bytes]) -> None:
        """Let this, or nothing, stand in an area in place of what stood there."""
        if pieces:
            if code not in self._pieces:
                for above in topics.above(code):
                    self._inside.setdefault(above, set()).add(code)
            self._pieces[code] = pieces
        elif self._pieces.pop(code, None) is not None:
            for above in topics.above(code):
                self._inside[above].discard(code)

    def of(self, code: AreaCode) -> list[bytes]:
        """List what stands in one area."""
        return self._pieces.get(code, [])

    def again(self, topics: Topics) -> Fragments:
        """Order the same pieces by another tree."""
        other = Fragments()
        for code, pieces in self._pieces.items():
            other.put(topics, code, pieces)
        return other

    def concerning(self, interest: Interest | None) -> list[bytes]:
        """List what concerns a set of areas, or all there is, by area."""
        codes: Iterable[AreaCode] = self._pieces
        if interest is not None:
            found = {c for c in (*interest.areas, *interest.around) if c in self._pieces}
            codes = found.union(*(self._inside.get(code, ()) for code in interest.areas))
        return [piece for code in sorted(codes) for piece in self._pieces[code]]

    def says_the_same_as(self, other: Fragments) -> bool:
        """Say whether the same pieces are in the same areas."""
        return self._pieces == other._pieces
