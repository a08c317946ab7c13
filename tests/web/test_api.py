"""
Goal: whoever reads by HTTP gets the published shapes, whole, and a refusal that names its reason.

Method: a real server is asked over a real connection; every answer is held against the published
shapes, field by field, and against what was raised before. The replay of 26 January 2023, standing
still at 06:30 UTC, is asked for what is known of that morning.
"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest

from tocsin.web import shapes
from tocsin.web.shapes_place import PlaceShape

KYIV = "UA80000000000093317"
CRIMEA = "UA01000000000013043"
MORNING = "2023-01-26T06:30:00Z"


def held_to(shape, answer):
    """Read an answer by its published shape, and find no field more and none less than it has."""
    read = shape.model_validate(answer)
    assert shown(read) == answer
    return read


def shown(read):
    """Write a shape as the wire has it."""
    text = read.model_dump_json(by_alias=True)

    def moment(value):
        if isinstance(value, dict):
            return {name: moment(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [moment(inner) for inner in value]
        return value

    return moment(json.loads(text))


def moments_spelled_out(answer):
    """Hold every moment of an answer to RFC 3339, `Z` and milliseconds."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name in {"at", "since", "as_of", "from", "to", "until"} and value is not None:
                assert datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
                assert len(value) == len("2023-01-26T05:45:43.000Z"), value
            moments_spelled_out(value)
    elif isinstance(answer, list):
        for value in answer:
            moments_spelled_out(value)


def problem(answer, status, code, where=None):
    """Hold a refusal to RFC 9457 with its stable code."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["code"] == code
    assert said["status"] == status
    assert said["type"] == f"tocsin:error:{code}"
    assert said["detail"]
    assert said.get("where") == where
    return said


# --- The board ------------------------------------------------------------------------------------


def test_a_board_has_the_published_shape_field_by_field(server):
    server.raise_alert("UA-30", threat="missiles")
    server.raise_alert("UA-30", token=server.speaker("volunteers", rank="observer"))
    board = server.get("/api/v1/board").json()

    assert list(board) == ["epoch", "position", "as_of", "replay", "alerts", "unknown"]
    (alert,) = board["alerts"]
    assert set(alert) == set(shapes.AlertShape.model_fields)
    assert set(alert["area"]) == {"code", "iso", "uid", "level", "name", "parent"}
    assert alert["area"] == {
        "code": KYIV, "iso": "UA-30", "uid": 31, "level": 1, "name": {"uk": "Київ", "en": "Kyiv"},
        "parent": "UA",
    }  # fmt: skip
    assert (alert["hazard"], alert["level"], alert["threat"]) == ("air_raid", "warning", "missiles")
    assert (alert["status"], alert["sender"]) == ("Actual", "kmva")
    assert [list(said) for said in alert["confirmations"]] == [["sender", "at"]]
    assert alert["confirmations"][0]["sender"] == "volunteers"
    assert alert["shelter_within_s"] is None
    assert set(alert["text"]) == {"uk", "en"}
    assert board["replay"] is False
    shapes.BoardShape.model_validate(board)
    moments_spelled_out(board)


def test_an_area_about_which_nobody_is_heard_is_unknown_and_said_so(morning):
    board = morning.get("/api/v1/board?at=2023-01-25T20:00:00Z").json()

    assert board["alerts"], "the permanent alerts stand"
    (gap,) = board["unknown"]
    assert set(gap) == {"area", "since"}
    assert gap["area"]["code"] == "UA"
    assert gap["since"] is None


@pytest.mark.parametrize("code", [KYIV, "UA-30", "ua-30", "31", KYIV.lower()])
def test_an_area_is_asked_for_by_any_of_its_codes(morning, code):
    board = morning.get(f"/api/v1/board?areas={code}").json()

    assert {alert["area"]["code"] for alert in board["alerts"]} == {KYIV}


@pytest.mark.parametrize("code", [CRIMEA, "UA-43", "29", "9999"])
def test_crimea_is_asked_for_by_either_of_its_numbers_and_stands_under_alert(morning, code):
    board = morning.get(f"/api/v1/board?areas={code}").json()

    assert {alert["area"]["code"] for alert in board["alerts"]} == {CRIMEA}
    assert board["alerts"][0]["since"] == "2022-12-10T22:22:00.000Z"


def test_a_board_for_some_areas_shows_what_is_in_them_inside_them_and_around_them(server):
    oblast, raion = "UA-32", "UA32080000000084076"
    server.raise_alert(raion)
    server.raise_alert("UA-46")
    by_oblast = server.get(f"/api/v1/board?areas={oblast}").json()["alerts"]
    by_raion = server.get(f"/api/v1/board?areas={raion}").json()["alerts"]
    beside = server.get("/api/v1/board?areas=UA-30").json()["alerts"]
    both = server.get(f"/api/v1/board?areas={raion},UA-46").json()["alerts"]

    assert [alert["area"]["code"] for alert in by_oblast] == [raion]
    assert by_raion == by_oblast
    assert beside == []
    assert len(both) == 2


def test_a_board_of_the_past_holds_what_had_started_and_not_ended(morning):
    def kyiv(at):
        asked = {"at": at, "areas": "UA-30"}
        return morning.get("/api/v1/board", params=asked).json()["alerts"]

    assert kyiv("2023-01-26T05:45:42.999Z") == []
    assert kyiv("2023-01-26T05:45:43Z")
    assert kyiv("2023-01-26T07:45:43+02:00"), "any offset"
    assert kyiv("2023-01-26T10:08:07.999Z"), "also ahead of the replay's clock"
    assert kyiv("2023-01-26T10:08:08Z") == []


def test_a_plus_that_a_browser_made_a_space_is_read_as_what_it_was(morning):
    answer = morning.get("/api/v1/board?at=2023-01-26T08:30:00+02:00")

    assert answer.json()["as_of"] == "2023-01-26T06:30:00.000Z"


def test_a_replay_says_so_and_shows_the_time_of_its_own_clock(morning):
    board = morning.get("/api/v1/board").json()

    assert board["replay"] is True
    assert board["as_of"] == "2023-01-26T06:30:00.000Z"
    assert len([a for a in board["alerts"] if a["area"]["level"] == 1]) >= 24


# --- What has been seen before --------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/v1/board", "/api/v1/board?areas=UA-30", "/api/v1/areas"])
def test_who_has_seen_an_answer_is_told_that_nothing_changed(server, path):
    first = server.get(path)
    tag = first.headers["etag"]
    again = server.get(path, headers={"if-none-match": f'"another", {tag}'})

    assert first.status_code == 200
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    assert server.get(path, headers={"if-none-match": "*"}).status_code == 304


def test_a_change_makes_what_was_seen_old(server):
    tag = server.get("/api/v1/board").headers["etag"]
    server.raise_alert("UA-30")
    answer = server.get("/api/v1/board", headers={"if-none-match": tag})

    assert answer.status_code == 200
    assert answer.headers["etag"] != tag
    assert len(answer.json()["alerts"]) == 1


def test_boards_of_other_areas_and_other_moments_have_other_tags(server):
    paths = ["", "?areas=UA-30", "?areas=UA-32", "?at=2023-01-26T06:30:00Z"]
    tags = {server.get(f"/api/v1/board{query}").headers["etag"] for query in paths}

    assert len(tags) == len(paths)


def test_the_same_board_by_other_codes_has_the_same_tag(server):
    tags = {server.get(f"/api/v1/board?areas={c}").headers["etag"] for c in ("31", "UA-30", KYIV)}

    assert len(tags) == 1


@pytest.mark.parametrize("path", ["/api/v1/board", "/api/v1/areas"])
def test_a_long_answer_is_compressed_for_who_takes_that_and_says_the_same(morning, path):
    plain = morning.get(path, headers={"accept-encoding": "identity"})
    with morning.connect() as link:
        link.sendall(
            f"GET {path} HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip\r\n"
            "connection: close\r\n\r\n".encode()
        )
        head, _, body = b"".join(iter(lambda: link.recv(65_536), b"")).partition(b"\r\n\r\n")

    assert b"content-encoding: gzip" in head.lower()
    assert head.lower().count(b"vary: accept-encoding") == 1
    assert plain.headers["vary"].lower() == "accept-encoding"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(body) == plain.content


def test_head_answers_as_get_does_without_the_body(morning):
    for path in ("/api/v1/board", "/api/v1/areas/UA-30", "/healthz", "/"):
        head = morning.send(
            f"HEAD {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode()
        )
        head, _, body = head.partition(b"\r\n\r\n")

        assert head.startswith(b"HTTP/1.1 200"), path
        assert body == b""
        assert b"content-length: 0" not in head.lower()


# --- Areas ----------------------------------------------------------------------------------------


def test_all_areas_are_listed_with_their_codes_and_names(server):
    areas = server.get("/api/v1/areas").json()["areas"]

    held_to(shapes.AreasShape, {"areas": areas})
    levels = [area["level"] for area in areas]
    assert [levels.count(level) for level in (0, 1, 2, 3)] == [1, 27, 136, 1469]
    assert {area["iso"] is None for area in areas if area["level"] == 1} == {False}


@pytest.mark.parametrize("text", ["Київ", "kyiv", "31", "UA-30"])
def test_areas_are_found_by_name_or_code(server, text):
    found = server.get("/api/v1/areas", params={"q": text}).json()["areas"]

    assert KYIV in [area["code"] for area in found]


def test_a_name_that_was_not_escaped_is_no_request(server):
    raw = "GET /api/v1/areas?q=Київ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode()

    assert b"http.malformed" in server.send(raw)


def test_one_area_is_shown_with_what_it_lies_in_and_what_lies_in_it(server):
    area = server.get("/api/v1/areas/UA-32").json()

    held_to(shapes.AreaInTree, area)
    assert [above["code"] for above in area["lies_in"]] == ["UA"]
    assert len(area["parts"]) == 7
    assert {part["level"] for part in area["parts"]} == {2}


def test_a_point_is_told_the_finest_area_with_an_outline(server):
    answer = server.get("/api/v1/areas/at?lat=50.45&lon=30.52")

    assert held_to(shapes.AreaShape, answer.json()).code == KYIV
    assert server.get("/api/v1/areas/at?lat=44.6&lon=33.52").json()["iso"] == "UA-40"
    assert server.get("/api/v1/areas/at?lat=49.84&lon=24.03").json()["level"] == 2


def test_a_point_abroad_has_no_area(server):
    problem(server.get("/api/v1/areas/at?lat=48.85&lon=2.35"), 404, "area.no_such_place", "lat")


# --- History --------------------------------------------------------------------------------------


def test_a_history_has_the_published_shape_with_ends_and_who_gave_them(morning):
    path = "/api/v1/areas/UA-30/history?from=2023-01-25T22:00:00Z&to=2023-01-26T22:00:00Z"
    history = morning.get(path).json()

    assert list(history) == ["area", "from", "to", "alerts", "gaps"]
    shapes.HistoryShape.model_validate(history)
    moments_spelled_out(history)
    for span in history["alerts"]:
        assert set(span) == set(shapes.SpanShape.model_fields)
    raid = next(a for a in history["alerts"] if a["since"] == "2023-01-26T05:45:43.000Z")
    assert raid["until"] == "2023-01-26T10:08:08.000Z"
    assert raid["relation"] == "here"
    assert raid["ending"] == "AllClearGiven"
    assert history["gaps"] == []


def test_a_history_says_during_which_times_nobody_was_heard(morning):
    path = "/api/v1/areas/UA-30/history?from=2023-01-25T00:00:00Z&to=2023-01-27T00:00:00Z"
    gaps = morning.get(path).json()["gaps"]

    assert gaps == [
        {"from": "2023-01-25T00:00:00.000Z", "to": "2023-01-25T22:00:00.000Z"},
        {"from": "2023-01-26T22:00:00.000Z", "to": "2023-01-27T00:00:00.000Z"},
    ]


def test_the_history_of_a_part_shows_what_was_raised_around_it(server):
    server.raise_alert("UA-32")
    history = server.get("/api/v1/areas/UA32080000000084076/history").json()

    assert [span["relation"] for span in history["alerts"]][-1] == "around"
    assert history["alerts"][-1]["until"] is None


@pytest.mark.parametrize(
    "query",
    [
        "from=2023-01-26T06:00:00Z&to=2023-01-26T06:00:00Z",
        "from=2023-01-26T06:00:01Z&to=2023-01-26T06:00:00Z",
        "from=2020-01-26T06:00:00Z&to=2023-01-26T06:00:00Z",
    ],
)
def test_a_span_that_ends_before_it_begins_or_is_endless_is_refused(morning, query):
    problem(morning.get(f"/api/v1/areas/31/history?{query}"), 400, "history.span", "from")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_ends_of_time_are_moments_like_any_other(server, moment):
    for query in (f"from={moment}", f"to={moment}", f"from={moment}&to={moment}"):
        assert server.get(f"/api/v1/areas/31/history?{query}").status_code in {200, 400}
    assert server.get(f"/api/v1/board?at={moment}").status_code == 200


# --- Place ----------------------------------------------------------------------------------------


def test_a_place_says_what_stands_over_it_and_what_to_do(server):
    server.raise_alert("UA-30")
    place = server.get("/api/v1/place?lat=50.45&lon=30.52").json()

    PlaceShape.model_validate(place)
    assert set(place) == set(PlaceShape.model_fields)
    assert place["area"]["code"] == KYIV
    assert [alert["area"]["code"] for alert in place["alerts"]] == [KYIV]
    assert place["instructions"].keys() == {"uk", "en"}
    assert (place["shelters"], place["power"], place["shelter_within_s"]) == (None, None, None)


def test_a_place_under_no_alert_has_no_instructions_and_is_known(server):
    place = server.get("/api/v1/place?lat=50.45&lon=30.52").json()

    assert (place["alerts"], place["part"], place["instructions"]) == ([], [], None)
    assert place["unknown"] is False


def test_a_place_abroad_is_unknown_and_not_calm(server):
    place = server.get("/api/v1/place?lat=48.85&lon=2.35").json()

    assert place["area"] is None
    assert place["unknown"] is True
    assert {name for name, value in place.items() if value is None} == {
        "area", "shelter_within_s", "instructions", "shelters", "power",
    }  # fmt: skip


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/board?area=UA-30",
        "/api/v1/areas?code=UA-30&area=x",
        "/api/v1/areas/UA-30?area=1",
        "/api/v1/areas/at?area=1&lat=50&lon=30",
        "/api/v1/areas/UA-30/history?area=1",
        "/api/v1/place?area=1&lat=50&lon=30",
        "/api/v1/stream?area=UA-30",
    ],
)
def test_a_parameter_that_is_not_known_is_refused_with_its_name(server, path):
    wrong = "code" if "code=" in path else "area"

    said = problem(server.get(path), 400, "query.unknown_parameter", wrong)
    assert wrong in said["detail"]


@pytest.mark.parametrize(
    ("query", "code", "where"),
    [
        ("areas=UA-30&areas=UA-32", "query.malformed", "areas"),
        ("areas=%00", "query.malformed", "areas"),
        ("areas=%ff", "query.malformed", "query"),
        ("at=yesterday", "time.malformed", "at"),
        ("at=2023-01-26", "time.malformed", "at"),
        ("at=2023-01-26T06:30:00", "time.malformed", "at"),
        ("at=", "time.malformed", "at"),
        ("areas=" + ",".join(["31"] * 101), "query.too_many_areas", "areas"),
        ("&".join(f"a{n}=" for n in range(40)), "query.malformed", "query"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused(server, query, code, where):
    problem(server.get(f"/api/v1/board?{query}"), 400, code, where)
    if "at=" not in query:
        problem(server.get(f"/api/v1/stream?{query}"), 400, code, where)


@pytest.mark.parametrize("bad", ["lat=91&lon=0", "lat=nan&lon=0", "lat=inf&lon=0", "lat=&lon=0"])
@pytest.mark.parametrize("path", ["/api/v1/place", "/api/v1/areas/at"])
def test_a_latitude_that_is_none_is_refused(server, path, bad):
    problem(server.get(f"{path}?{bad}"), 400, "query.malformed", "lat")


@pytest.mark.parametrize("bad", ["lat=0&lon=181", "lat=0&lon=-181", "lat=0", "lat=0&lon=0x1"])
def test_a_longitude_that_is_none_is_refused(server, bad):
    problem(server.get(f"/api/v1/place?{bad}"), 400, "query.malformed", "lon")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/board?areas={}",
        "/api/v1/areas/{}",
        "/api/v1/areas/{}/history",
        "/api/v1/stream?areas={}",
    ],
)
@pytest.mark.parametrize("code", ["UA-99", "UA8000000000009331", "-1", "%D0%9A", "'%3B--"])
def test_a_code_that_no_area_has_is_refused(server, path, code):
    answer = server.get(path.format(code))

    assert problem(answer, 404, "area.unknown", answer.json()["where"])


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/board/", "/api/v2/board", "/docs"])
def test_what_is_not_there_is_a_problem_like_any_other(server, path):
    problem(server.get(path), 404, "http.not_found")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_a_board_is_only_read(server, method):
    answer = server.send(
        f"{method} /api/v1/board HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n"
        "connection: close\r\n\r\n".encode()
    )

    assert answer.startswith(b"HTTP/1.1 405")
    assert b"allow: GET" in answer
    assert b"http.method_not_allowed" in answer


@pytest.mark.parametrize("raw", [b"/api/v1/areas/\xff", b"/\xff", b"/api/v1/areas/%ff", b"/%00"])
def test_a_path_that_is_no_text_is_refused_and_nothing_breaks(server, raw):
    answer = server.send(b"GET " + raw + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")

    assert answer[:12] in {b"HTTP/1.1 400", b"HTTP/1.1 404"}
    assert b"application/problem+json" in answer
