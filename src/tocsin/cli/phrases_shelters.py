"""
What the verbs of `tocsin shelters` say: key, Ukrainian, English.

Unknown is never called open here, and nothing promises that anywhere is safe.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SHELTERS_PHRASES: Final[Mapping[str, tuple[str, str]]] = {}
