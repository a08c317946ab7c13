"""
Makes a network of whatever files somebody has: one of OpenStreetMap's, or tables.

Files of a kind are told by their name and their columns, never guessed from what is in them. Every
network says whose the streets are; where nobody has said, it says that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from tocsin.kernel.errors import Malformed
from tocsin.walking import osm, table
from tocsin.walking.build import Built
from tocsin.walking.network import About

NOT_STATED: Final = "not stated"


@dataclass(frozen=True, slots=True)
class Made:
    """
    A network that was made.

    Args:
        about: What it says of itself.
        built: What it came to.
        ways: Streets and paths read, where they came from OpenStreetMap; else 0.
        private: Of those left out, what is private.
        locked: Stretches left out since they end at a locked gate.
        missing: Stretches left out since the file lacks a node of theirs.
    """

    about: About
    built: Built
    ways: int = 0
    private: int = 0
    locked: int = 0
    missing: int = 0

    @property
    def stated(self) -> bool:
        """Whether anybody has said whose the streets are."""
        return NOT_STATED not in {self.about.licence, self.about.attribution}

    def public(self) -> dict[str, object]:
        """Give all of it as JSON."""
        counts = {key: getattr(self, key) for key in ("ways", "private", "locked", "missing")}
        return {**asdict(self.about), **asdict(self.built), **counts}


def make(
    files: Sequence[Path],
    to: Path,
    *,
    licence: str | None = None,
    attribution: str | None = None,
    invented: bool = False,
) -> Made:
    """
    Make a network file.

    Args:
        files: One file of OpenStreetMap, or tables of nodes, stretches and barriers. Tables with a
            column `highway` speak OpenStreetMap's language, and are taken for its data.
        licence: What to say instead of what the files let know; likewise `attribution`.
        invented: Whether no such place exists.

    Raises:
        Malformed: `walking.mixed_files` where there are OpenStreetMap's and others, or several of
            them; and whatever `osm`, `table` and `build` raise.
    """
    if not files or (any(map(osm.is_osm, files)) and len(files) > 1):
        raise Malformed(
            "walking.mixed_files",
            "Name one file of OpenStreetMap, or tables of nodes and stretches.",
        )
    source = ", ".join(path.name for path in files)
    if osm.is_osm(files[0]):
        draft, seen = osm.read(files[0])
        about = _about(source, licence, attribution, invented=invented, of_osm=True)
        built = draft.write(to, about)
        return Made(about, built, seen.ways, seen.private, seen.locked, seen.missing)
    draft = table.read(files)
    of_osm = any(table.speaks_osm(path) for path in files)
    about = _about(source, licence, attribution, invented=invented, of_osm=of_osm)
    return Made(about, draft.write(to, about))


def _about(
    source: str, licence: str | None, attribution: str | None, *, invented: bool, of_osm: bool
) -> About:
    return About(
        source=source,
        licence=licence or (osm.LICENCE if of_osm else NOT_STATED),
        attribution=attribution or (osm.ATTRIBUTION if of_osm else NOT_STATED),
        invented=invented,
    )
