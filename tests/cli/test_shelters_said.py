"""
`tocsin shelters open`, `close` and `status`: one person's word on one shelter, over HTTP.

Method: a real server on a ledger in which shelters of Kyiv are listed; tokens of an official, a
keeper and a stranger.
"""

from datetime import timedelta

import pytest
from tests.cli.sheltered import furnish
from tests.cli.terminal import Pty, tocsin
from tests.serving import make_token, started

from tocsin.kernel.time import SystemClock, rfc3339

ACTUAL = ("--status", "Actual")


@pytest.fixture(scope="module")
def sheltered(tmp_path_factory):
    """A server with shelters, for the tests of this file."""
    db = tmp_path_factory.mktemp("said") / "kyiv.db"
    furnish(db)
    keeper = make_token(db, "shelters:keep:UA-30", name="metro")
    stranger = make_token(db, "shelters:keep:UA-46", name="stranger")
    with started(db, token=make_token(db, "shelters:write:UA-30", name="kmva")) as server:
        server.speakers |= {"metro": keeper, "stranger": stranger}
        yield server


@pytest.fixture
def run(sheltered):
    def go(*arguments, by="kmva", **environment):
        given = {"TOCSIN_URL": sheltered.url, "TOCSIN_TOKEN": sheltered.speakers.get(by)}
        return tocsin("shelters", *arguments, **(given | environment))

    return go


def test_a_shelter_is_closed_and_opened_by_an_official_and_everybody_is_told(run, sheltered):
    told = run("close", "city.2", *ACTUAL, "--reason", "вода в підвалі")
    assert told.code == 0, told.err
    assert told.err.startswith("People will be told that the shelter city.2 is CLOSED.\nCommand id")
    assert told.out == "Recorded: city.2 is closed.\n"
    public = sheltered.get("/api/v1/shelters/city.2/status").json()
    assert (public["state"], public["by"], public["reason"]) == (
        "closed", "official", "вода в підвалі",
    )  # fmt: skip
    run("open", "city.2", *ACTUAL)

    assert sheltered.get("/api/v1/shelters/city.2/status").json()["state"] == "open"


def test_how_a_shelter_is_is_told_in_words_and_how_full_to_whoever_may_know(run, sheltered):
    until = rfc3339(SystemClock().now() + timedelta(hours=2))
    assert run("open", "city.1", *ACTUAL, "--until", until, by="metro").code == 0
    keeper = run("status", "city.1", by="metro").out.splitlines()
    public = run("status", "city.1", by=None)

    assert keeper[0].startswith("city.1: filling up (its keeper said so, ")
    assert keeper[1].startswith("  Holds until ")
    assert keeper[2] == "  Inside: 75 / 100"
    assert "Inside" not in public.out
    assert public.out.splitlines()[:2] == keeper[:2]
    assert run("status", "city.1", "--json", by=None).json()["state"] == "filling"
    assert run("status", "city.3").out == "city.3: Nobody has said whether it is open\n"


def test_an_exercise_is_called_one_and_shows_nowhere(run, sheltered):
    before = sheltered.get("/api/v1/shelters/city.3/status").json()["state"]
    told = run("open", "city.3", "--status", "exercise", "--lang", "uk")

    assert told.err.startswith("НАВЧАННЯ: ")
    assert sheltered.get("/api/v1/shelters/city.3/status").json()["state"] == before == "unknown"


@pytest.mark.parametrize(
    ("arguments", "by", "code", "said"),
    [
        (("close", "city.1"), "kmva", 2, "--status"),
        (("close", "city.1", *ACTUAL), None, 2, "--token"),
        (("close", "city.1", *ACTUAL), "stranger", 1, "remit.outside"),
        (("close", "city.9", *ACTUAL), "kmva", 1, "shelter.unknown"),
        (("status", "city.4"), None, 1, "shelter.unknown"),
        (("close", "../alerts", *ACTUAL), "kmva", 1, "http.not_found"),
        (("close", "city.1", *ACTUAL, "--until", "noon"), "kmva", 2, "time.malformed"),
        (("close", "city.1", *ACTUAL, "--command-id", "7"), "kmva", 2, "command.id_malformed"),
    ],
)
def test_what_is_refused_says_why(run, arguments, by, code, said):
    told = run(*arguments, by=by)

    assert (told.code, said in told.err) == (code, True), told.err


def test_a_person_at_a_terminal_is_asked_and_may_say_no(sheltered):
    given = {"TOCSIN_URL": sheltered.url, "TOCSIN_TOKEN": sheltered.token}
    terminal = Pty("shelters", "close", "city.3", *ACTUAL, **given)
    terminal.until("Send it?")
    terminal.type("no\n")

    assert terminal.end() == 1
    assert sheltered.get("/api/v1/shelters/city.3/status").json()["state"] == "unknown"
