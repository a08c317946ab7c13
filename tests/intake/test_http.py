"""
Goal: whoever may say it is heard at once and once, and whoever may not is told why.

Method: a real server, real tokens made beside it by another process, and every rule of the
design's section 2 that touches alerts, tried through HTTP alone. What was accepted is looked for
on the board, what was refused must have left it as it was.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from tests.serving import make_token, revoke_token
from tests.web.test_api import problem

from tocsin.kernel.limits import BODY_BYTES
from tocsin.kernel.time import SystemClock, rfc3339

KYIV = "UA80000000000093317"
CRIMEA = "UA01000000000013043"
OBLAST = "UA32000000000030281"
RAION = "UA32080000000084076"
BESIDE = "UA46000000000026241"


def standing(server, areas=""):
    query = f"?areas={areas}" if areas else ""
    return server.get(f"/api/v1/board{query}").json()["alerts"]


def raised(answer):
    """Give the id of the one alert that was raised."""
    assert answer.status_code in {200, 201}, answer.text
    (one,) = answer.json()["accepted"]
    return one["id"]


def change(server, alert, verb, token=None, **said):
    body = {"command_id": str(uuid4())} | said
    return server.post(f"/api/v1/alerts/{alert}/{verb}", body, token=token)


def once_unknown(server, token):
    """Ask until a token is void; it has to be within a second, and 30 fail the test."""
    until = time.monotonic() + 30
    while True:
        answer = change(server, "x", "all-clear", token)
        if answer.status_code != 404 or time.monotonic() > until:
            return answer


@pytest.fixture
def other(server):
    """A second authority for all of Ukraine."""
    return server.speaker("dsns")


@pytest.fixture
def observer(server):
    return server.speaker("volunteers", rank="observer")


@pytest.fixture
def local(server):
    """An authority for Kyiv oblast alone."""
    return server.speaker("kyiv-oblast", "alerts:write:UA-32")


# --- Raising --------------------------------------------------------------------------------------


def test_a_raise_is_answered_with_what_was_accepted_and_where_it_is_recorded(server):
    before = server.get("/readyz").json()["position"]
    answer = server.raise_alert("UA-30")

    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    said = answer.json()
    assert set(said) == {"accepted", "position"}
    assert said["position"] == before + 1
    (one,) = said["accepted"]
    assert set(one) == {"area", "id", "version"}
    assert one["area"] == KYIV
    (alert,) = standing(server)
    assert (alert["id"], alert["version"]) == (one["id"], one["version"])


@pytest.mark.parametrize(
    ("code", "primary"),
    [
        (KYIV, KYIV),
        ("UA-30", KYIV),
        ("ua-30", KYIV),
        ("31", KYIV),
        ("9999", CRIMEA),
        ("29", CRIMEA),
    ],
)
def test_an_area_is_named_by_any_of_its_codes(server, code, primary):
    (one,) = server.raise_alert(code).json()["accepted"]

    assert one["area"] == primary


def test_an_area_named_twice_by_two_codes_is_raised_once(server):
    answer = server.raise_alert("UA-30", "31", KYIV)

    assert [one["area"] for one in answer.json()["accepted"]] == [KYIV]


def test_several_areas_are_raised_in_the_order_in_which_they_were_named(server):
    answer = server.raise_alert("UA-46", "UA-30", "UA-32")

    accepted = answer.json()["accepted"]
    assert [one["area"] for one in accepted] == [BESIDE, KYIV, OBLAST]
    assert len(standing(server)) == 3


def test_all_areas_are_raised_or_none(server, local):
    problem(server.raise_alert("UA-30", "no-such-area"), 404, "area.unknown", "no-such-area")
    problem(server.raise_alert(RAION, "UA-30", token=local), 403, "remit.outside")
    server.raise_alert(BESIDE)
    drill = server.raise_alert("UA-30", BESIDE, status="Exercise")
    problem(drill, 409, "alert.drill_during_actual")

    assert [alert["area"]["code"] for alert in standing(server)] == [BESIDE]


def test_every_area_of_the_country_can_be_raised_at_once(server):
    codes = [area["code"] for area in server.get("/api/v1/areas").json()["areas"]][1:]
    answer = server.raise_alert(*codes, status="Test", level="watch")

    assert answer.status_code == 201
    assert len(answer.json()["accepted"]) == len(codes) == 1632
    assert len(standing(server)) == len(codes)
    server.raise_alert("UA")  # Actual: every drill in the country gives way.
    assert [alert["area"]["code"] for alert in standing(server)] == ["UA"]


def test_the_words_of_the_sender_stand_beside_the_standard_ones(server):
    server.raise_alert("UA-30", text={"uk": "Негайно в метро!", "pl": "Do schronu!"})
    (alert,) = standing(server)

    assert alert["text"]["uk"] == "Негайно в метро!"
    assert alert["text"]["pl"] == "Do schronu!"
    assert alert["text"]["en"]


def test_the_time_is_the_senders_where_it_says_one(server):
    at = SystemClock().now() - timedelta(minutes=3)
    server.raise_alert("UA-30", at=rfc3339(at))

    assert standing(server)[0]["since"] == rfc3339(at)


@pytest.mark.parametrize("ahead", [timedelta(seconds=60), timedelta(days=-8)])
def test_a_time_that_no_clock_can_show_is_not_believed(server, ahead):
    answer = server.raise_alert("UA-30", at=rfc3339(SystemClock().now() + ahead))

    problem(answer, 400, "command.time_unlikely", "at")
    assert standing(server) == []


# --- Rule 1: silence is not safety ----------------------------------------------------------------


def test_a_source_whose_tokens_are_gone_leaves_its_alert_standing(server):
    token = make_token(server.db, "alerts:write:UA-46", name="lviv")
    alert = raised(server.raise_alert("UA-46", token=token))
    revoke_token(server.db, token, "UA-46")

    problem(once_unknown(server, token), 401, "token.unknown")
    problem(change(server, alert, "all-clear", token), 401, "token.unknown")
    assert [one["id"] for one in standing(server)] == [alert]
    server.speakers["lviv"] = make_token(server.db, "alerts:write:UA-46", name="lviv")


# --- Rule 2: a drill gives way --------------------------------------------------------------------


@pytest.mark.parametrize("status", ["Exercise", "Test"])
@pytest.mark.parametrize("drilled", [RAION, OBLAST, "UA"])
def test_a_drill_is_refused_where_an_actual_alert_stands(server, status, drilled):
    """In the area, in a part of it, or around it."""
    server.raise_alert(OBLAST)
    answer = server.raise_alert(drilled, status=status, hazard="chemical")

    problem(answer, 409, "alert.drill_during_actual")
    assert len(standing(server)) == 1


def test_a_drill_beside_an_actual_alert_is_a_drill(server):
    server.raise_alert(OBLAST)

    assert server.raise_alert(BESIDE, status="Exercise").status_code == 201


@pytest.mark.parametrize("actual", [RAION, OBLAST, "UA"])
def test_a_drill_is_over_when_an_actual_alert_is_raised(server, actual):
    drill = raised(server.raise_alert(OBLAST, status="Exercise"))
    alert = raised(server.raise_alert(actual))

    assert [one["id"] for one in standing(server)] == [alert]
    assert alert != drill


def test_the_end_of_a_drill_ends_nothing_else(server):
    drill = raised(server.raise_alert(OBLAST, status="Exercise"))
    alert = raised(server.raise_alert(OBLAST))
    answer = change(server, drill, "all-clear")

    assert answer.status_code == 200
    assert [one["id"] for one in standing(server)] == [alert]


def test_a_status_is_never_assumed(server):
    body = {"command_id": str(uuid4()), "areas": ["UA-30"], "hazard": "fire", "level": "watch"}

    problem(server.post("/api/v1/alerts", body), 400, "request.malformed", "status")


# --- Rule 3: versions -----------------------------------------------------------------------------


def test_versions_of_an_area_are_dense_whatever_happens_in_it(server):
    first = server.raise_alert("UA-30").json()["accepted"][0]
    alert, version = first["id"], first["version"]
    versions = [
        change(server, alert, "update", threat="drones").json()["version"],
        server.raise_alert("UA-30", hazard="chemical").json()["accepted"][0]["version"],
        change(server, alert, "update", threat="drones").json()["version"],
        change(server, alert, "all-clear").json()["version"],
        change(server, alert, "all-clear").json()["version"],
    ]

    assert versions == [version + 1, version + 2, version + 2, version + 3, version + 3]


# --- Rules 5 and 6: durable, and "already so" is success ------------------------------------------


def test_a_command_repeated_ten_times_acts_once(server):
    command = str(uuid4())
    first = server.raise_alert("UA-30", command_id=command)
    again = [server.raise_alert("UA-30", command_id=command) for _ in range(9)]

    assert first.status_code == 201
    assert {answer.status_code for answer in again} == {200}
    assert {answer.text for answer in again} == {first.text}
    assert len(standing(server)) == 1


def test_a_command_repeated_ten_times_at_once_acts_once(server):
    command = str(uuid4())
    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(lambda _: server.raise_alert("UA-30", command_id=command), range(10))
        )

    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.text for answer in answers}) == 1
    assert len(standing(server)) == 1


def test_a_command_id_is_the_same_in_whatever_form_it_is_written(server):
    command = uuid4()
    first = server.raise_alert("UA-30", command_id=str(command))
    again = server.raise_alert("UA-30", command_id=command.hex.upper())

    assert (again.status_code, again.text) == (200, first.text)


def test_a_repeat_is_answered_as_the_first_was_also_when_all_is_over(server):
    command = str(uuid4())
    first = server.raise_alert("UA-30", command_id=command)
    change(server, raised(first), "all-clear")
    again = server.raise_alert("UA-30", command_id=command)

    assert (again.status_code, again.text) == (200, first.text)
    assert standing(server) == []


def test_a_command_id_used_for_something_else_is_refused(server, other):
    command = str(uuid4())
    alert = raised(server.raise_alert("UA-30", command_id=command))

    problem(server.raise_alert("UA-32", command_id=command), 409, "command.id_reused")
    problem(server.raise_alert("UA-30", command_id=command, token=other), 409, "command.id_reused")
    problem(change(server, alert, "all-clear", command_id=command), 409, "command.id_reused")
    assert [one["id"] for one in standing(server)] == [alert]


def test_a_repeated_end_acts_once_and_is_answered_alike(server):
    alert = raised(server.raise_alert("UA-30"))
    command = str(uuid4())
    answers = [change(server, alert, "all-clear", command_id=command) for _ in range(10)]

    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    assert set(answers[0].json()) == {"id", "version", "position"}


def test_to_raise_what_stands_is_success_and_changes_nothing(server):
    first = server.raise_alert("UA-30").json()
    again = server.raise_alert("UA-30")

    assert again.status_code == 201
    assert again.json() == first


def test_to_end_what_is_over_is_success(server):
    alert = raised(server.raise_alert("UA-30"))
    first = change(server, alert, "all-clear").json()
    again = change(server, alert, "all-clear")
    late = change(server, alert, "correction", reason="It was a balloon.")

    assert again.status_code == late.status_code == 200
    assert again.json() == late.json() == first


def test_two_authorities_hold_one_alert_and_it_ends_with_the_last(server, other):
    alert = raised(server.raise_alert("UA-30"))
    assert raised(server.raise_alert("UA-30", token=other)) == alert
    (shown,) = standing(server)
    assert shown["sender"] == "kmva"
    assert [said["sender"] for said in shown["confirmations"]] == ["dsns"]

    change(server, alert, "all-clear")
    (shown,) = standing(server)
    assert (shown["sender"], shown["confirmations"]) == ("dsns", [])

    change(server, alert, "all-clear", other)
    assert standing(server) == []


def test_an_observers_all_clear_withdraws_its_own_word_alone(server, observer):
    alert = raised(server.raise_alert("UA-30"))
    server.raise_alert("UA-30", token=observer)
    answer = change(server, alert, "all-clear", observer)

    assert answer.status_code == 200
    (shown,) = standing(server)
    assert (shown["sender"], shown["confirmations"]) == ("kmva", [])


def test_an_observers_all_clear_ends_what_no_authority_holds(server, observer):
    alert = raised(server.raise_alert("UA-30", token=observer))
    assert standing(server)[0]["rank"] == "observer"
    change(server, alert, "all-clear", observer)

    assert standing(server) == []


def test_an_observer_does_not_end_what_only_an_authority_holds(server, observer):
    alert = raised(server.raise_alert("UA-30"))

    problem(change(server, alert, "all-clear", observer), 409, "alert.held_by_another")
    assert len(standing(server)) == 1


def test_an_authority_does_not_end_what_another_holds(server, other):
    alert = raised(server.raise_alert("UA-30"))
    for verb, said in (("all-clear", {}), ("correction", {"reason": "x"}), ("update", {})):
        problem(change(server, alert, verb, other, **said), 409, "alert.held_by_another")
    assert len(standing(server)) == 1


# --- Rule 7: correction first ---------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["all-clear", "correction"])
def test_who_raised_an_alert_ends_it_by_one_action(server, verb):
    alert = raised(server.raise_alert("UA-30"))
    said = {"reason": "A technical fault."} if verb == "correction" else {}

    assert change(server, alert, verb, **said).status_code == 200
    assert standing(server) == []
    history = server.get("/api/v1/areas/UA-30/history").json()["alerts"]
    (span,) = [span for span in history if span["id"] == alert]
    assert span["ending"] == ("AlertCorrected" if verb == "correction" else "AllClearGiven")
    assert span["ended_by"] == "kmva"
    assert span["estimated"] is False


def test_hazards_stand_beside_each_other_and_end_each_for_itself(server):
    raid = raised(server.raise_alert("UA-30"))
    fumes = raised(server.raise_alert("UA-30", hazard="chemical", level="watch"))
    change(server, raid, "all-clear")

    assert [alert["id"] for alert in standing(server)] == [fumes]


def test_an_update_changes_what_it_names_and_leaves_the_rest(server):
    alert = raised(server.raise_alert("UA-30", threat="missiles", text={"en": "Go."}))
    change(server, alert, "update", level="watch", reason="Slower ones.")
    change(server, alert, "update", threat="drones")
    (shown,) = standing(server)

    assert (shown["level"], shown["threat"], shown["reason"]) == ("watch", "drones", "Slower ones.")
    assert shown["text"]["en"] == "Go."


def test_an_update_of_what_is_over_comes_too_late(server):
    alert = raised(server.raise_alert("UA-30"))
    change(server, alert, "all-clear")

    problem(change(server, alert, "update", threat="drones"), 409, "alert.over")


# --- Who may --------------------------------------------------------------------------------------


def test_without_a_token_nothing_is_written(server):
    answer = server.raise_alert("UA-30", token="")

    problem(answer, 401, "token.missing")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer",
        "Bearer x",
        "Basic dTpw",
        "Bearer tcs_000000000000_" + "A" * 43,
        "x" * 999,
    ],
)
def test_a_token_that_is_none_writes_nothing(server, authorization):
    body = {"command_id": str(uuid4())}
    answer = httpx.post(
        f"{server.url}/api/v1/alerts", json=body, headers={"authorization": authorization}
    )

    assert answer.status_code == 401
    assert answer.json()["code"] in {"token.missing", "token.unknown"}


def test_a_token_with_one_letter_changed_is_unknown(server):
    flipped = server.token[:-1] + ("A" if server.token[-1] != "A" else "B")

    problem(server.raise_alert("UA-30", token=flipped), 401, "token.unknown")


def test_a_remit_holds_for_its_area_and_everything_in_it(server, local):
    assert server.raise_alert("UA-32", token=local).status_code == 201
    assert server.raise_alert(RAION, token=local).status_code == 201
    problem(server.raise_alert("UA", token=local), 403, "remit.outside")
    problem(server.raise_alert("UA-30", token=local), 403, "remit.outside")


def test_nobody_ends_an_alert_outside_the_remit(server, local):
    alert = raised(server.raise_alert("UA-30"))
    for verb, said in (("all-clear", {}), ("correction", {"reason": "x"}), ("update", {})):
        problem(change(server, alert, verb, local, **said), 403, "remit.outside")


def test_a_token_works_at_once_beside_the_running_server_and_no_more_once_taken_back(server):
    for _ in range(2):
        token = make_token(server.db, name="newcomer")
        alert = raised(server.raise_alert("UA-30", token=token))
        assert change(server, alert, "all-clear", token).status_code == 200
        revoke_token(server.db, token)
        problem(once_unknown(server, token), 401, "token.unknown")


@pytest.mark.parametrize(
    "alert",
    [
        "x",
        KYIV,
        f"{KYIV}-1",
        f"{KYIV}-1-00000000",
        f"{KYIV}-999999-00000000",
        "UA-30-1-00000000",
        "-1-",
        "%00-1-00000000",
        "no-area-1-00000000",
    ],
)
@pytest.mark.parametrize("verb", ["update", "all-clear", "correction"])
def test_an_alert_that_never_was_is_unknown(server, alert, verb):
    said = {"reason": "x"} if verb == "correction" else {}

    problem(change(server, alert, verb, **said), 404, "alert.unknown")


# --- What cannot be read --------------------------------------------------------------------------


WHOLE = {
    "command_id": str(UUID(int=7)),
    "areas": ["UA-30"],
    "hazard": "air_raid",
    "level": "warning",
    "status": "Actual",
}


@pytest.mark.parametrize("left_out", ["command_id", "areas", "hazard", "level", "status"])
def test_what_is_missing_is_never_assumed(server, left_out):
    body = {name: value for name, value in WHOLE.items() if name != left_out}

    problem(server.post("/api/v1/alerts", body), 400, "request.malformed", left_out)


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"command_id": "1"}, "command_id"),
        ({"command_id": 1}, "command_id"),
        ({"areas": []}, "areas"),
        ({"areas": "UA-30"}, "areas"),
        ({"areas": [31]}, "areas.0"),
        ({"areas": ["x" * 65]}, "areas.0"),
        ({"areas": ["UA-30"] * 2001}, "areas"),
        ({"hazard": "air-raid"}, "hazard"),
        ({"hazard": "AIR_RAID"}, "hazard"),
        ({"level": "red"}, "level"),
        ({"level": None}, "level"),
        ({"status": "actual"}, "status"),
        ({"status": "System"}, "status"),
        ({"threat": "aliens"}, "threat"),
        ({"text": "Run!"}, "text"),
        ({"text": {"en": ""}}, "text.en"),
        ({"text": {"en": "x" * 1001}}, "text.en"),
        ({"text": {"en": "a\x00b"}}, "text.en"),
        ({"text": {"en": "a\x1bb"}}, "text.en"),
        ({"text": {"en": "a\u2028b"}}, "text.en"),
        ({"text": {"English": "x"}}, "text.English.[key]"),
        ({"text": {f"a{chr(97 + n)}": "x" for n in range(9)}}, "text"),
        ({"at": "now"}, "at"),
        ({"at": "2023-01-26"}, "at"),
        ({"at": 1674711943}, "at"),
        ({"sender": "somebody"}, "sender"),
        ({"x" * 1_000: 1}, "x" * 80),
        ({"rank": "authority"}, "rank"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_name(server, said, where):
    answer = server.post("/api/v1/alerts", WHOLE | said)

    of_time = where == "at" and isinstance(said["at"], str)
    code = "time.malformed" if of_time else "request.malformed"
    problem(answer, 400, code, where)
    assert standing(server) == []


def send(server, content, path="/api/v1/alerts"):
    headers = {"authorization": f"Bearer {server.token}", "content-type": "application/json"}
    return httpx.post(server.url + path, content=content, headers=headers, timeout=30)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b"\x00",
        b'{"command_id": NaN}',
        b"[" * 60_000,
        b'{"a":' * 10_000,
        json.dumps(WHOLE).encode("utf-16"),
        json.dumps(WHOLE).encode()[:-1],
        json.dumps(WHOLE).encode() + b"x",
        json.dumps(WHOLE | {"text": {"en": "X"}}).replace("X", r"\ud800").encode(),
        json.dumps(WHOLE | {"text": {"en": "X"}}).encode().replace(b"X", b"\xed\xa0\x80"),
    ],
    ids=lambda content: repr(content[:24]),
)
def test_a_body_that_is_no_json_object_is_refused(server, content):
    answer = send(server, content)

    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "request.malformed"
    assert standing(server) == []


def test_a_body_as_large_as_the_largest_that_makes_sense_is_taken_and_no_larger(server):
    body = json.dumps(WHOLE | {"command_id": str(uuid4())}).encode()

    assert send(server, body.ljust(BODY_BYTES)).status_code == 201
    problem(send(server, body.ljust(BODY_BYTES + 1)), 413, "request.body_too_large")


def test_a_body_in_pieces_is_one_body_and_held_to_the_same_bound(server):
    body = json.dumps(WHOLE | {"command_id": str(uuid4())}).encode()

    def pieces(size):
        yield from (body[start : start + 7] for start in range(0, len(body), 7))
        yield from (b" " * 1000 for _ in range(0, size, 1000))

    assert send(server, pieces(0)).status_code == 201
    problem(send(server, pieces(BODY_BYTES)), 413, "request.body_too_large")


def test_a_parameter_in_the_address_of_a_command_is_refused(server):
    answer = send(server, json.dumps(WHOLE).encode(), "/api/v1/alerts?status=Test")

    problem(answer, 400, "query.unknown_parameter", "status")
    assert standing(server) == []


def test_an_unknown_field_is_refused_at_every_verb(server):
    alert = raised(server.raise_alert("UA-30"))
    for verb in ("update", "all-clear", "correction"):
        answer = change(server, alert, verb, reasons="x", **(
            {"reason": "x"} if verb == "correction" else {}
        ))  # fmt: skip
        problem(answer, 400, "request.malformed", "reasons")


def test_a_correction_says_why(server):
    alert = raised(server.raise_alert("UA-30"))

    problem(change(server, alert, "correction"), 400, "request.malformed", "reason")
    problem(change(server, alert, "correction", reason=""), 400, "request.malformed", "reason")
    assert len(standing(server)) == 1


def test_in_a_replay_nothing_can_be_raised(morning):
    answer = morning.raise_alert("UA-30", token="tcs_000000000000_" + "A" * 43)

    problem(answer, 401, "token.unknown")
