"""Tocsin warns people area by area and keeps the attributed record of what happened."""

from __future__ import annotations

from importlib.metadata import version

__version__ = version("tocsin")
