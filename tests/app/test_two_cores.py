"""
Goal: two servers on one record in PostgreSQL are one service, whichever of them is gone.

Method: two real `serve` processes, each with its edge, on one real PostgreSQL; the active one is
killed, the database is stopped and started again, and what people hear is read from the streams.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from tests.cli.terminal import tocsin
from tests.postgres import cluster
from tests.serving import started, until

pytestmark = pytest.mark.postgres


class Pair:
    """Two servers on one record; one has the duty to write."""

    def __init__(self, database, first, second):
        self.database = database
        self.first = first
        self.second = second

    def answered(self, ask):
        """Ask the one that is active, whichever that is now."""
        said = []

        def taken():
            for one in (self.first, self.second):
                said.append(ask(one))
                if said[-1].status_code < 300:
                    return True
            return False

        assert until(taken), said[-1].text
        return said[-1].json()


@pytest.fixture
def database():
    with cluster() as found:
        yield found


@contextmanager
def pair(database, folder):
    """Run two servers as two machines would: each with its own folder, both with one key."""
    keys = [folder / name / "tocsin.key" for name in ("a", "b")]
    for key in keys:
        key.parent.mkdir()
    new = ("token", "new", "--ledger", database.url, "--name", "kmva", "--scope")
    token = tocsin(*new, "alerts:write:UA").out.strip()
    assert token.startswith("tcs_")
    with started(keys[0], token=token, ledger=database.url, key_file=str(keys[0])) as first:
        shutil.copy2(keys[0], keys[1])
        with started(keys[1], token=token, ledger=database.url, key_file=str(keys[1])) as second:
            yield Pair(database, first, second)


def stands(server):
    """List the areas that a server says an alert stands in."""
    return {alert["area"]["iso"] for alert in server.get("/api/v1/board").json()["alerts"]}


def test_what_one_records_both_tell_and_the_other_says_who_is_active(database, tmp_path):
    with pair(database, tmp_path) as both, both.second.listening() as heard:
        heard.next("board")
        refused = both.second.raise_alert("UA-46")
        assert refused.status_code == 503
        assert refused.json()["code"] == "ledger.standby"
        assert both.first.raise_alert("UA-46").status_code == 201
        assert heard.next("alert").data["alert"]["area"]["iso"] == "UA-46"
        assert stands(both.first) == stands(both.second) == {"UA-46"}
        for one in (both.first, both.second):
            assert one.get("/readyz").status_code == 200


def test_the_other_takes_over_from_one_that_is_killed_and_nothing_is_lost(database, tmp_path):
    with pair(database, tmp_path) as both, both.second.listening() as heard:
        heard.next("board")
        assert both.first.raise_alert("UA-46").status_code == 201
        both.first.kill()
        assert until(lambda: both.second.raise_alert("UA-32").status_code == 201)
        assert heard.next("alert").data["alert"]["area"]["iso"] == "UA-46"
        assert heard.next("alert").data["alert"]["area"]["iso"] == "UA-32"
        assert stands(both.second) == {"UA-46", "UA-32"}
        key = both.second.settings["key_file"]
        verified = tocsin("verify", "--ledger", database.url, "--key-file", key)
        assert verified.code == 0, verified.out


def test_alarms_go_on_without_the_database_and_are_recorded_once_when_it_is_back(
    database, tmp_path
):
    with pair(database, tmp_path) as both, both.first.listening() as heard:
        heard.next("board")
        stood = both.first.raise_alert("UA-46").json()["accepted"][0]["id"]
        heard.next("alert")
        database.stop("immediate")
        assert until(lambda: both.first.get("/readyz").status_code == 503)
        command = str(uuid4())
        raised = both.first.raise_alert("UA-32", command_id=command)
        assert raised.status_code == 201
        assert raised.json()["position"] is None
        told = heard.next("alert")
        assert told.data["alert"]["area"]["iso"] == "UA-32"
        assert told.data["position"] is None
        cleared = both.first.clear(stood)
        assert cleared.status_code == 503
        database.start()
        assert until(lambda: stands(both.second) == {"UA-46", "UA-32"})
        again = both.answered(lambda one: one.raise_alert("UA-32", command_id=command))
        assert again["position"] is not None
        both.answered(lambda one: one.clear(stood))
        assert until(lambda: stands(both.first) == stands(both.second) == {"UA-32"})
        with psycopg.connect(database.url) as link:
            count = "SELECT count(*) FROM tocsin.commands WHERE command_id LIKE %s"
            assert link.execute(count, [f"{command}%"]).fetchone() == (1,)
