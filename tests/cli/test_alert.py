"""
`tocsin alert` sounds an alert, changes it, ends it and corrects it, over HTTP, by one person.

Method: a real server; each verb as a person or a script would run it, with a real terminal where
it asks. Whatever a test raises it ends.
"""

import json
from typing import get_args
from uuid import uuid4

import pytest
from tests.cli.terminal import Pty, tocsin

from tocsin.alerts.messages import Hazard, Level, Threat
from tocsin.cli import alert as verbs
from tocsin.kernel.words import Status

RAISE = ("--hazard", "air_raid", "--level", "warning", "--status", "Actual")


@pytest.fixture
def alert(server):
    """Run `tocsin alert` against the server, with its token."""

    def run(*arguments, **environment):
        given = {"TOCSIN_URL": server.url, "TOCSIN_TOKEN": server.token}
        return tocsin("alert", *arguments, **(given | environment))

    yield run
    for standing in server.get("/api/v1/board").json()["alerts"]:
        server.clear(standing["id"])


def standing(server):
    return {
        a["area"]["iso"] or a["area"]["code"]: a
        for a in server.get("/api/v1/board").json()["alerts"]
    }


def test_an_alert_stands_in_all_the_areas_named_by_code_or_name(server, alert):
    told = alert("raise", "Чернівецька область", "--area", "UA-74", *RAISE, "--threat", "drones")
    assert told.code == 0, told.err
    assert set(standing(server)) == {"UA-77", "UA-74"}
    assert standing(server)["UA-77"]["threat"] == "drones"
    assert told.out.count("Stands: ") == 2


def test_before_it_is_sent_a_sentence_says_what_will_happen_and_to_how_many(alert):
    told = alert("raise", "UA-77", "UA-74", *RAISE, "--lang", "en")
    sentence, command_id, *_ = told.err.splitlines()
    assert sentence.startswith(
        "AN ACTUAL ALERT: Air-raid alert. People will be told to take shelter now:"
    )
    assert "Chernivtsi Oblast, Chernihiv Oblast (2 areas, with" in sentence
    assert command_id.startswith("Command id: ")


def test_a_drill_is_called_one_before_everything_else(alert):
    drill = ("--hazard", "air_raid", "--level", "warning", "--status", "exercise")
    told = alert("raise", "UA-77", *drill, "--lang", "uk")
    assert told.code == 0
    assert told.err.startswith("НАВЧАННЯ: ")


def test_status_has_no_default(alert, server):
    told = alert("raise", "UA-77", "--hazard", "air_raid", "--level", "warning")
    assert (told.code, "--status" in told.err) == (2, True)
    assert standing(server) == {}


def test_the_same_command_sent_again_acts_once(server, alert):
    name = str(uuid4())
    first = alert("raise", "UA-77", *RAISE, "--command-id", name, "--json")
    again = alert("raise", "UA-77", *RAISE, "--command-id", name, "--json")
    assert first.json() == again.json()
    assert f"Command id: {name}" in first.err
    assert standing(server)["UA-77"]["version"] == first.json()["accepted"][0]["version"]


def test_an_alert_is_changed_cleared_and_corrected_by_its_area_alone(server, alert):
    alert("raise", "UA-77", *RAISE)
    assert alert("update", "Чернівецька область", "--threat", "ballistic").code == 0
    assert standing(server)["UA-77"]["threat"] == "ballistic"
    assert alert("clear", "UA-77").code == 0
    assert standing(server) == {}
    alert("raise", "UA-77", *RAISE)
    assert alert("correct", "UA-77", "--reason", "Помилка оператора").code == 0
    assert standing(server) == {}


def test_an_alert_is_named_by_its_id_too_and_clearing_it_twice_is_no_error(server, alert):
    told = alert("raise", "UA-77", *RAISE, "--json").json()
    name = told["accepted"][0]["id"]
    assert alert("clear", name, "--json").json()["id"] == name
    assert alert("clear", name).code == 0


def test_words_of_ones_own_stand_beside_the_standard_ones(server, alert):
    alert("raise", "UA-77", *RAISE, "--text", "uk=Ракети зі сходу=швидко", "--text", "EN=Rockets")
    text = standing(server)["UA-77"]["text"]
    assert text == {"uk": "Ракети зі сходу=швидко", "en": "Rockets"}


def test_a_drill_is_refused_where_an_actual_alert_stands(alert):
    alert("raise", "UA-77", *RAISE)
    drill = ("--hazard", "air_raid", "--level", "warning", "--status", "Exercise")
    told = alert("raise", "UA-77", *drill)
    assert (told.code, "alert.drill_during_actual" in told.err) == (1, True)


def test_all_or_none(server, alert):
    told = alert("raise", "UA-77", "Атлантида", *RAISE)
    assert (told.code, "area.unknown_name" in told.err) == (2, True)
    assert standing(server) == {}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["raise", *RAISE], 2, "alert.no_area"),
        (["raise", "UA-77", *RAISE, "--text", "Тривога"], 2, "alert.text_malformed"),
        (["raise", "UA-77", *RAISE, "--command-id", "7"], 2, "command.id_malformed"),
        (["raise", "UA-77", "--hazard", "rain", "--level", "watch", "--status", "Test"], 2, "rain"),
        (["update", "UA-77"], 2, "alert.no_change"),
        (["clear", "UA-77"], 1, "alert.none_here"),
        (["clear", "UA73000000000025068-9-00000000"], 1, "alert.unknown"),
        (["correct", "UA-77"], 2, "--reason"),
    ],
)
def test_what_cannot_be_sent_says_why(alert, arguments, code, said):
    told = alert(*arguments)
    assert told.code == code
    assert said in told.err
    assert told.out == ""


def test_of_several_alerts_in_an_area_none_is_chosen(alert, server):
    alert("raise", "UA-77", *RAISE)
    alert("raise", "UA-77", "--hazard", "flood", "--level", "watch", "--status", "Actual")
    told = alert("clear", "UA-77")
    assert (told.code, "alert.several_here" in told.err) == (2, True)
    assert len(server.get("/api/v1/board").json()["alerts"]) == 2


def test_a_wrong_token_is_refused(alert, server):
    told = alert("raise", "UA-77", *RAISE, TOCSIN_TOKEN="tcs_wrong")
    assert (told.code, "token.unknown" in told.err) == (1, True)
    assert standing(server) == {}


def test_without_a_token_nothing_is_tried(alert):
    told = alert("raise", "UA-77", *RAISE, TOCSIN_TOKEN=None)
    assert (told.code, "--token" in told.err) == (2, True)


def test_a_server_that_does_not_answer_leaves_with_three(alert):
    told = alert("raise", "UA-77", *RAISE, "--url", "http://127.0.0.1:1")
    assert (told.code, "server.unreachable" in told.err) == (3, True)
    assert "Command id: " in told.err


@pytest.mark.parametrize("url", ["ftp://here", "http://", "nonsense", "http://[::1"])
def test_what_is_no_address_leaves_with_two(alert, url):
    told = alert("raise", "UA-77", *RAISE, "--url", url)
    assert told.code in {2, 3}
    assert told.code == 2 or "does not answer" in told.err


@pytest.mark.parametrize(("answer", "code"), [("так\r", 0), ("yes\r", 0), ("\r", 1), ("ні\r", 1)])
def test_a_person_is_asked_and_only_a_yes_sends_it(server, alert, answer, code):
    given = {"TOCSIN_URL": server.url, "TOCSIN_TOKEN": server.token}
    terminal = Pty("alert", "raise", "UA-77", *RAISE, "--lang", "uk", **given)
    terminal.until("Надіслати?")
    terminal.type(answer)
    assert terminal.end() == code
    assert ("UA-77" in standing(server)) is (code == 0)
    assert ("Нічого не надіслано" in terminal.seen) is (code == 1)


def test_with_yes_a_person_is_not_asked(server, alert):
    given = {"TOCSIN_URL": server.url, "TOCSIN_TOKEN": server.token}
    terminal = Pty("alert", "raise", "UA-77", *RAISE, "--yes", **given)
    assert terminal.end() == 0
    assert "Send it?" not in terminal.seen


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (verbs.HazardName, Hazard),
        (verbs.LevelName, Level),
        (verbs.StatusName, Status),
        (verbs.ThreatName, Threat),
    ],
)
def test_the_words_of_the_command_line_are_those_of_the_room(written, words):
    assert get_args(written) == tuple(words)


def test_json_is_the_answer_of_the_api(alert):
    told = alert("raise", "UA-77", *RAISE, "--json")
    assert json.loads(told.out).keys() == {"accepted", "position"}
    assert json.loads(told.out)["accepted"][0].keys() == {"area", "id", "version"}
