"""
Commands of whoever holds the machine are on disk when they return, or the desk's word is raised.

Method: tokens issued, and a shelter located that nobody has listed; the file is then read anew.
"""

from uuid import uuid4

import pytest

from tocsin.app import open_record
from tocsin.authority.messages import IssueToken
from tocsin.authority.remit import parse_scope
from tocsin.cli.places import load_country
from tocsin.cli.recording import OPERATOR, put
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.ids import SenderId
from tocsin.kernel.words import Rank
from tocsin.shelters.messages import Entrance, LocateShelter, ShelterId

UKRAINE = load_country("UA")
AT = "2026-01-26T06:15:00Z"
POWER, AREA = parse_scope("alerts:write:UA-30")


def issue(token):
    return IssueToken(
        command_id=str(uuid4()), sender=OPERATOR, area=AREA, at=AT, token=token,
        name=SenderId("kyiv"), rank=Rank.AUTHORITY, power=POWER, secret_sha256="0" * 64,
    )  # fmt: skip


def nowhere():
    return LocateShelter(
        command_id=str(uuid4()), sender=OPERATOR, rank=Rank.AUTHORITY, area=AREA, at=AT,
        shelter=ShelterId("kyiv.17"), entrances=(Entrance(lat=0, lon=0),),
    )  # fmt: skip


def recorded(db):
    ledger = open_record(db, read_only=True)
    events = ledger.read(0)
    ledger.close()
    return [event.kind for event in events]


def test_each_command_has_its_answer_and_is_in_the_file(tmp_path):
    db = tmp_path / "own.db"

    answers = put(db, UKRAINE, [issue("a" * 12), issue("b" * 12)])

    assert [len(answer.events) for answer in answers] == [1, 1]
    assert recorded(db) == ["TokenIssued", "TokenIssued"]


def test_what_the_desk_refuses_is_raised_and_the_ledger_is_free_again(tmp_path):
    db = tmp_path / "own.db"

    with pytest.raises(TocsinError, match=r"shelter\.unknown"):
        put(db, UKRAINE, [nowhere()])

    put(db, UKRAINE, [issue("c" * 12)])
    assert recorded(db) == ["TokenIssued"]
