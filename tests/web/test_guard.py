"""
Goal: no answer leaves without its headers, no body comes in without a bound, no page calls a host.

Method: a real server is asked for everything it serves, page, picture, script and refusal alike,
and every answer is searched; what only a broken sender shows (a body that never ends, a route
that fails) is played to the guard alone.
"""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urljoin

import pytest
from fastapi import APIRouter
from tests.web.test_api import problem

from tocsin.kernel.limits import BODY_BYTES
from tocsin.web import guard
from tocsin.web.guard import OPEN_HEADERS, SECURITY_HEADERS
from tocsin.web.site import site

PAGES = [
    "/",
    "/?area=UA-30",
    "/?lang=en&area=UA-30",
    "/wall",
    "/?q=Odesa",
    "/?at=2023-01-26T06:15:00Z",
]
PICTURES = ["/map.svg", "/badge/UA-30.svg", "/map.png"]
DATA = [
    "/api/v1/board", "/api/v1/areas", "/api/v1/areas/31", "/api/v1/areas/31/history",
    "/api/v1/areas/at?lat=50.45&lon=30.52", "/api/v1/place?lat=50.45&lon=30.52",
    "/healthz", "/readyz", "/.well-known/tocsin.json", "/api/openapi.json",
]  # fmt: skip
REFUSED = [
    "/api/v1/board?x=1",
    "/api/v1/areas/x",
    "/nothing",
    "/api/v1/stream?areas=x",
    "/badge/x.svg",
]

NAMES_ONLY = re.compile(r"^https?://(www\.w3\.org|json-schema\.org)/")
"""Names of formats that look like addresses; nobody fetches them."""


def linked(text):
    """List every absolute address in a text, and every one without a scheme."""
    found = re.findall(r"https?://[^\s\"'<>)]+|(?<=[\"'(=])//[a-z][^\s\"'<>)]+", text)
    return [address for address in found if not NAMES_ONLY.match(address)]


def static_files(server):
    """Walk from the page to every file that it, or a file it names, loads from this server."""
    seen, waiting = set(), ["/", "/wall"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = server.get(path)
        if "html" in answer.headers["content-type"] or path.endswith((".js", ".css", "manifest")):
            waiting += re.findall(r"/static/[\w./-]+\.\w+", answer.text)
            waiting += [
                urljoin(path, name) for name in re.findall(r"\"(\./[\w.-]+)\"", answer.text)
            ]
    return sorted(path for path in seen if path.startswith("/static/"))


@pytest.mark.parametrize("path", PAGES + PICTURES + DATA)
def test_every_answer_carries_the_security_headers(server, path):
    answer = server.get(path)

    assert answer.status_code == 200
    for name, value in SECURITY_HEADERS.items():
        if not (name == "content-security-policy" and path in PICTURES):
            assert answer.headers[name] == value, name
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert "server" not in answer.headers, "which software answers is nobody's business"


@pytest.mark.parametrize("path", REFUSED)
def test_a_refusal_is_as_well_guarded_as_an_answer(server, path):
    answer = server.get(path)

    assert answer.status_code in {400, 404}
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", DATA)
def test_what_is_read_may_be_read_by_any_page(server, path):
    answer = server.get(path, headers={"origin": "https://news.example"})

    for name, value in OPEN_HEADERS.items():
        assert answer.headers[name] == value, name
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/wall"])
def test_a_page_is_not_read_by_another_page(server, path):
    assert "access-control-allow-origin" not in server.get(path).headers


def test_another_page_may_ask_to_read_and_not_to_write(server):
    for path in ("/api/v1/board", "/api/v1/alerts"):
        answer = server.send(
            f"OPTIONS {path} HTTP/1.1\r\nhost: x\r\norigin: https://news.example\r\n"
            "access-control-request-method: POST\r\n"
            "access-control-request-headers: authorization\r\nconnection: close\r\n\r\n".encode()
        ).decode()
        allowed = dict(
            line.split(": ", 1) for line in answer.split("\r\n\r\n")[0].split("\r\n")[1:]
        )

        assert answer.startswith("HTTP/1.1 204")
        assert allowed["access-control-allow-methods"] == "GET, HEAD"
        assert "authorization" not in allowed["access-control-allow-headers"]


@pytest.mark.parametrize("path", PAGES + PICTURES[:2] + DATA + REFUSED)
def test_nothing_that_is_answered_names_another_host(server, path):
    answer = server.get(path)

    assert linked(answer.text) == []
    assert "location" not in answer.headers


def test_no_file_that_a_page_loads_names_another_host(server):
    files = static_files(server)
    assert len(files) > 10
    for path in files:
        answer = server.get(path)
        assert answer.status_code == 200, path
        if not path.endswith(".png"):
            assert linked(answer.text) == [], path


def test_the_host_that_a_client_names_comes_back_in_no_answer(server):
    for path in ("/", "/api/v1/board", "/api/v1/board/", "/wall/", "/api/openapi.json", "/nothing"):
        answer = server.send(
            f"GET {path} HTTP/1.1\r\nhost: evil.example\r\nx-forwarded-host: evil.example\r\n"
            "connection: close\r\n\r\n".encode()
        )

        assert b"evil" not in answer, path


def test_what_a_client_says_comes_back_as_text_and_never_as_markup(server):
    answer = server.get("/?q=<script>alert(1)</script>&area=<b>&at=<i>")
    assert "<script>alert" not in answer.text
    assert "<b>" not in answer.text.replace("<b>", "", 0) or "&lt;b&gt;" in answer.text
    said = server.get("/api/v1/areas/%3Cscript%3E")
    assert said.headers["content-type"] == "application/problem+json"
    assert said.headers["x-content-type-options"] == "nosniff"


# --- The guard alone ------------------------------------------------------------------------------


def played(app, method="POST", path="/p", messages=(), headers=()):
    """Play one request to an application; give status, headers and body of its answer."""
    sent = []
    waiting = iter(messages)

    async def receive():
        message = next(waiting, None)
        if message is None:
            message = await asyncio.get_running_loop().create_future()
        return message

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": list(headers), "root_path": "", "scheme": "http",
        "http_version": "1.1", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    head = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], head, b"".join(message.get("body", b"") for message in sent[1:])


def part(body, *, more):
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.fixture
def small_site():
    router = APIRouter()

    @router.get("/fails")
    @router.post("/fails")
    async def fails():
        raise KeyError("secret")

    @router.post("/p")
    async def takes():
        return {}

    return site([router])


def test_a_body_that_does_not_come_in_time_is_waited_for_no_longer(small_site, monkeypatch):
    monkeypatch.setattr(guard, "BODY_WITHIN_S", 0.05)
    status, headers, body = played(small_site, messages=[part(b"x", more=True)])

    assert status == 408
    assert b'"code": "request.too_slow"' in body
    assert headers["content-type"] == "application/problem+json"


def test_a_body_that_breaks_off_reaches_no_route(small_site):
    status, _, body = played(
        small_site, messages=[part(b"x", more=True), {"type": "http.disconnect"}]
    )

    assert (status, b"request.incomplete" in body) == (400, True)


def test_a_body_is_counted_whatever_its_length_was_said_to_be(small_site):
    piece = b"x" * 1_000
    endless = (part(piece, more=True) for _ in range(10**9))
    status, _, body = played(small_site, messages=endless, headers=[(b"content-length", b"5")])
    assert (status, b"request.body_too_large" in body) == (413, True)

    said = [(b"content-length", str(BODY_BYTES + 1).encode())]
    assert played(small_site, messages=[], headers=said)[0] == 413


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_nobody_foresaw_is_a_problem_that_shows_nothing(small_site, method):
    answered = {}

    async def app(scope, receive, send):
        async def keep(message):
            answered.setdefault(message["type"], message)
            await send(message)

        try:
            await small_site(scope, receive, keep)
        except KeyError:  # Handed on, so that the server logs it.
            answered["raised"] = True

    status, headers, body = played(app, method, "/fails", messages=[part(b"", more=False)])

    assert answered["raised"]
    assert status == 500
    assert b'"code": "server.fault"' in body
    assert b"secret" not in body
    assert headers["content-type"] == "application/problem+json"
    assert headers["content-security-policy"] == SECURITY_HEADERS["content-security-policy"]


def test_a_method_that_no_route_has_is_refused_with_those_it_has(server):
    answer = server.post("/api/v1/board", {})

    problem(answer, 405, "http.method_not_allowed")
    assert answer.headers["allow"] == "GET"
