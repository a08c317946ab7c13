"""
The identifiers that every room shares, as types of their own.

They are plain strings at run time. What may stand in one is checked where it enters
(`intake`, `cli`), never again behind that door.
"""

from __future__ import annotations

from typing import NewType

AreaCode = NewType("AreaCode", str)
"""Primary code of an area: KATOTTH in Ukraine (`UA80000000000093317`), `UA` for the root."""

SenderId = NewType("SenderId", str)
"""An organisation that says something, never a person: `[a-z0-9][a-z0-9._-]{0,63}`."""

CommandId = NewType("CommandId", str)
"""A UUID in its 36-character form, chosen by the sender of a command; the idempotency key."""

EventId = NewType("EventId", str)
"""`AREA-VERSION-XXXXXXXX`: the area's version and 32 bits of the command, so a fork differs."""

AlertId = NewType("AlertId", str)
"""An alert is named by the event that raised it."""
