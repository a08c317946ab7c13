"""Help of `tocsin shelters`, as `manual` has it for all other verbs: in Ukrainian and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SHELTERS_MANUAL: Final[Mapping[str, tuple[str, str]]] = {
    "shelters": (
        "Де сховатися: укриття, дорога до них, чи відчинені, чи вистачить місця.",
        "Where to take shelter: shelters, the way there, whether open, whether there is room.",
    ),
}
