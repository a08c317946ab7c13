"""Tocsin warns people area by area and keeps the attributed record of what happened."""

from __future__ import annotations

__version__: str


def __getattr__(name: str) -> str:
    """Tell the installed version when it is asked for: looking it up costs 40 ms."""
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415  # Not at every start.

        return version("tocsin")
    raise AttributeError(name)
