"""A core that is not the active one says why, by a code that an edge can act on."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tocsin.ledger.duty import Duty, refusal


@pytest.mark.parametrize(
    ("duty", "code"),
    [(Duty.STANDBY, "ledger.standby"), (Duty.CUT_OFF, "ledger.unreachable")],
)
def test_a_core_that_may_not_write_says_why(duty, code):
    assert (refusal(duty).code, refusal(duty).retry_after_s) == (code, 1)


def test_who_keeps_a_file_loads_no_client_of_a_database():
    program = "import sys, tocsin.app.server; print('psycopg' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout == "False\n"
