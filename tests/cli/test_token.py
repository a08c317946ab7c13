"""
`tocsin token` makes, lists and revokes tokens beside a stopped or running server.

Method: the verbs in processes of their own, as an operator runs them; a real server answers for
what a token may do.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.terminal import run, tocsin

from tocsin.cli.token import sender_of
from tocsin.kernel.errors import Malformed

TOKEN = re.compile(r"tcs_[0-9a-f]{12}_[A-Za-z0-9_-]{43}")


def new(db, name="kmva", scope="alerts:write:UA", *more):
    told = run("token", "new", "--db", db, "--name", name, "--scope", scope, *more)
    assert told.code == 0, told.err
    return told.out.strip()


def listed(db):
    return tocsin("token", "list", "--db", db, "--json").json()["tokens"]


def test_the_token_stands_alone_on_standard_output(tmp_path):
    told = run("token", "new", "--db", tmp_path / "t.db", "--name", "kmva", "--scope",
               "alerts:write:UA")  # fmt: skip
    assert told.code == 0
    assert TOKEN.fullmatch(told.out.removesuffix("\n"))
    assert told.err == ""


def test_a_ledger_that_is_not_there_is_made(tmp_path):
    new(tmp_path / "t.db")
    assert tocsin("board", "--db", tmp_path / "t.db").code == 0


def test_who_gets_a_token_is_heard_about_its_area_from_then_on(tmp_path):
    new(tmp_path / "t.db", scope="alerts:write:UA-30")
    board = tocsin("board", "--db", tmp_path / "t.db", "--json").json()
    assert "UA80000000000093317" not in {gap["area"]["code"] for gap in board["unknown"]}
    assert len(board["unknown"]) == 26


@pytest.mark.parametrize("power", ["devices:listen", "edges:feed"])
def test_a_device_may_listen_and_an_edge_feed_and_they_are_heard_about_nothing(tmp_path, power):
    """Its silence is nobody's silence: an area that nobody speaks for stays unknown."""
    db = tmp_path / "t.db"
    token = new(db, "siren-7", f"{power}:UA-30")
    assert [entry["scope"] for entry in listed(db)] == [f"{power}:UA80000000000093317"]
    unknown = tocsin("board", "--db", db, "--json").json()["unknown"]
    assert [gap["area"]["code"] for gap in unknown] == ["UA"]
    assert tocsin("token", "revoke", "--db", db, token).code == 0
    assert tocsin("board", "--db", db, "--json").json()["unknown"] == unknown


def test_the_list_holds_no_secret(tmp_path):
    token = new(tmp_path / "t.db", "kmva", "alerts:write:UA-30", "--rank", "observer")
    assert listed(tmp_path / "t.db") == [
        {
            "token": token[4:16],
            "sender": "kmva",
            "rank": "observer",
            "scope": "alerts:write:UA80000000000093317",
        }
    ]
    assert token[17:] not in tocsin("token", "list", "--db", tmp_path / "t.db").out


def test_a_revoked_token_is_listed_no_more_and_its_area_is_unknown(tmp_path):
    db = tmp_path / "t.db"
    token = new(db)
    assert tocsin("token", "revoke", "--db", db, token).code == 0
    assert listed(db) == []
    board = tocsin("board", "--db", db, "--json").json()
    assert [gap["area"]["code"] for gap in board["unknown"]] == ["UA"]
    assert board["unknown"][0]["since"] is not None


def test_a_sender_with_another_token_for_the_area_is_still_heard(tmp_path):
    db = tmp_path / "t.db"
    first, second = new(db), new(db)
    tocsin("token", "revoke", "--db", db, first[4:16])
    assert [t["token"] for t in listed(db)] == [second[4:16]]
    assert tocsin("board", "--db", db, "--json").json()["unknown"] == []


def test_a_token_that_is_not_in_force_cannot_be_revoked(live):
    told = tocsin("token", "revoke", "--db", live, "0123456789ab")
    assert (told.code, "token.unknown" in told.err) == (1, True)


@pytest.mark.parametrize("scope", ["UA", "alerts:write:", "alerts:read:UA", "everything:UA"])
def test_what_is_no_scope_is_refused_and_nothing_made(tmp_path, scope):
    told = tocsin("token", "new", "--db", tmp_path / "t.db", "--name", "kmva", "--scope", scope)
    assert (told.code, told.out) == (2, "")
    assert list(tmp_path.iterdir()) == []


def test_a_token_works_at_once_beside_a_running_server(server):
    token = new(server.db, "chernivtsi", "alerts:write:UA-77")
    answer = httpx.post(
        f"{server.url}/api/v1/alerts",
        headers={"authorization": f"Bearer {token}"},
        json={
            "command_id": str(uuid4()),
            "areas": ["UA-77"],
            "hazard": "air_raid",
            "level": "warning",
            "status": "Actual",
        },
    )
    assert answer.status_code == 201
    outside = server.raise_alert("UA-30", token=token)
    assert outside.status_code == 403
    assert server.clear(answer.json()["accepted"][0]["id"], token=token).status_code == 200


def test_a_revoked_token_is_refused_by_a_running_server(server):
    token = new(server.db, "soon-gone")
    assert server.raise_alert("UA-74", token=token).status_code == 201
    assert run("token", "revoke", "--db", server.db, token).code == 0
    statuses = set()
    for _ in range(100):
        statuses.add(server.raise_alert("UA-74", token=token).status_code)
        if 401 in statuses:
            break
    assert 401 in statuses


def test_many_operators_may_make_tokens_at_once_beside_a_server(server):
    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(lambda n: new(server.db, f"many-{n}"), range(4)))
    assert len(set(tokens)) == 4
    assert {t[4:16] for t in tokens} <= {t["token"] for t in listed(server.db)}


@pytest.mark.parametrize(
    ("name", "sender"),
    [
        ("kmva", "kmva"),
        ("KMVA", "kmva"),
        ("КМВА", "kmva"),
        ("Kyiv City Military Administration", "kyiv-city-military-administration"),
        ("dsns.gov.ua", "dsns.gov.ua"),
    ],
)
def test_a_name_becomes_a_sender(name, sender):
    assert sender_of(name) == sender


@given(st.text(max_size=100))
def test_whatever_the_name_the_sender_can_stand_in_the_record(name):
    try:
        sender = sender_of(name)
    except Malformed as error:
        assert error.code == "token.name_malformed"  # noqa: PT017  # Either is right.
    else:
        assert re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", sender)
        assert sender_of(sender) == sender


def test_the_operator_is_told_how_the_sender_will_be_called(tmp_path):
    told = tocsin("token", "new", "--db", tmp_path / "t.db", "--name", "КМВА", "--scope",
                  "alerts:write:UA-30")  # fmt: skip
    assert told.err == "The sender will be called kmva.\n"
    assert TOKEN.fullmatch(told.out.strip())
