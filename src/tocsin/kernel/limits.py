"""
Every bound in one place, with its arithmetic.

A bound is here when several modules must agree on it; a bound that one module alone needs
stands beside its use. When one is reached, the ledger refuses, a stream drops the reader
(who comes back by position), and an event is never dropped.
"""

from __future__ import annotations

from typing import Final

AREAS_PER_COMMAND: Final = 2_000
"""A country by raion and community is 1,633 areas; one press must be able to name them all."""

TEXT_CHARACTERS: Final = 1_000
"""A cell broadcast holds 615 characters of UCS-2 over 15 pages; push holds about 3,000 bytes."""

TEXT_LANGUAGES: Final = 8
"""Ukrainian, English and six minority languages."""

BODY_BYTES: Final = 65_536
"""2,000 area codes × 22 bytes + 8 languages × 1,000 characters × 2 bytes = 60,000, rounded up."""

QUERY_BYTES: Final = 4_096
"""160 area codes × 23 bytes in `?areas=`; a page asks for a handful."""

AREAS_ASKED: Final = 100
"""Areas in one `?areas=`: 100 codes × 20 bytes = 2 kB of query; a page asks for a handful."""

HEADER_BYTES: Final = 16_384
"""A browser sends 1 to 4 kB; a proxy adds a few hundred bytes."""

COMMANDS_PER_COMMIT: Final = 1_000
"""One commit of 1,000 events of 600 bytes writes 0.6 MB: about 13 ms on a slow disk."""

COMMANDS_WAITING: Final = 4_000
"""Four full commits: 60 ms of work. A longer queue would answer later than people retry."""

EVENTS_PER_READ: Final = 2_000
"""2,000 events × 600 bytes = 1.2 MB in memory at a time, whatever the reader asks for."""

FUTURE_S: Final = 10
"""A sender's clock may be ahead by this much; later than that is refused, not believed."""

HEARTBEAT_S: Final = 5
STALE_AFTER_S: Final = 12
"""Two heartbeats of 5 s missed and 2 s for the network; a person is told within 15 s."""

STREAM_BUFFER_BYTES: Final = 7_168
"""
What waits in the kernel for one listener, doubled by Linux to 14 kB of its own reckoning: nine
messages of 700 bytes with their records of 800, or 12 kB that were written at once.
"""
