"""
One area: a node of a country's tree, under its codes and its names.

An area never changes while the program runs. Which areas lie in which is known by code alone
(`gazetteer.py`); outlines are a separate, heavier matter (`geometry.py`).

Source: KATOTTH, the codifier of Ukraine's administrative units, for `code`; ISO 3166-2 for
`iso`; the id space that Ukraine's public alert interfaces share for `uid`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tocsin.kernel.ids import AreaCode


@dataclass(frozen=True, slots=True)
class Area:
    """
    One node of the tree.

    Args:
        code: Primary code; `UA` for the root of Ukraine.
        level: 0 for the root, then 1, 2, 3 going down; a child is one level below its parent.
        name: At least `uk` and `en`, neither empty.
        parent: Code of the area this one lies in; None for the root only.
        iso: ISO 3166-2, level 1 only.
        uid: Id in the public alert interfaces, where they know the area.
    """

    code: AreaCode
    level: int
    name: Mapping[str, str] = field(hash=False)
    parent: AreaCode | None
    iso: str | None = None
    uid: int | None = None

    def public(self) -> dict[str, Any]:
        """Give the shape in which an area leaves by every door (design, section 5)."""
        return {
            "code": self.code,
            "iso": self.iso,
            "uid": self.uid,
            "level": self.level,
            "name": dict(self.name),
            "parent": self.parent,
        }
