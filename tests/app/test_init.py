"""
What every verb of the command line opens by, and the head that a command leaves behind.

Method: a real ledger in a file, written through the desk; then its end is cut off as somebody
with the file in hands would, from the table of answers too.
"""

import apsw

from tocsin.alerts.messages import Hazard, Level, RaiseAlert
from tocsin.app import keep_head, open_desk, open_ledger, open_projections
from tocsin.areas.gazetteer import load_pack
from tocsin.commands import Request
from tocsin.kernel.ids import CommandId, SenderId
from tocsin.kernel.time import SystemClock, rfc3339
from tocsin.kernel.words import Rank, Status
from tocsin.ledger.verify import verify

GAZETTEER = load_pack()
CLOCK = SystemClock()


def raise_in(desk, code, command_id):
    command = RaiseAlert(
        command_id=CommandId(command_id),
        sender=SenderId("kmva"),
        rank=Rank.AUTHORITY,
        area=GAZETTEER.get(code).code,
        at=rfc3339(CLOCK.now()),
        hazard=Hazard.AIR_RAID,
        level=Level.WARNING,
        status=Status.ACTUAL,
    )
    return desk.handle([Request(command.command_id, (command,), "0" * 16)])


def test_a_desk_knows_what_stood_when_it_was_opened(tmp_path):
    ledger = open_ledger(tmp_path / "a.db")
    raise_in(open_desk(ledger, GAZETTEER, CLOCK), "UA-30", "00000000-0000-4000-8000-000000000001")

    again = open_desk(ledger, GAZETTEER, CLOCK)

    assert [alert.area for alert in again.board.standing()] == [GAZETTEER.get("UA-30").code]
    assert open_projections(ledger).board.standing() == again.board.standing()
    ledger.close()


def test_a_tail_cut_off_with_its_answers_is_found_by_the_head_a_command_kept(tmp_path):
    path = tmp_path / "a.db"
    ledger = open_ledger(path)
    desk = open_desk(ledger, GAZETTEER, CLOCK)
    raise_in(desk, "UA-30", "00000000-0000-4000-8000-000000000001")
    raise_in(desk, "UA-32", "00000000-0000-4000-8000-000000000002")
    keep_head(ledger, CLOCK)
    ledger.close()
    assert not verify(path).faults

    connection = apsw.Connection(str(path))
    for (trigger,) in list(
        connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    ):
        connection.execute(f"DROP TRIGGER {trigger}")
    for table in ("events", "commands"):
        connection.execute(f"DELETE FROM {table} WHERE position > 1")
    connection.execute("DELETE FROM snapshots")
    connection.close()

    assert "verify.cut" in {fault.code for fault in verify(path).faults}
