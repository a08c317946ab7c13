"""
What a core is to its ledger, and how one says no that is not the active core.

It stands apart from the engines: whoever keeps a ledger in a file is always active, and does not
load a database's client to know it.
"""

from __future__ import annotations

from enum import StrEnum

from tocsin.kernel.errors import Unavailable


class Duty(StrEnum):
    """What a core is to its ledger."""

    ACTIVE = "active"
    STANDBY = "standby"
    CUT_OFF = "cut off"


def refusal(duty: Duty) -> Unavailable:
    """Say why a core that is not the active one takes nothing."""
    if duty is Duty.CUT_OFF:
        return Unavailable(
            "ledger.unreachable", "The database cannot be reached; try again.", retry_after_s=1
        )
    return Unavailable(
        "ledger.standby", "Another core is the active one; ask that, or try again.", retry_after_s=1
    )
