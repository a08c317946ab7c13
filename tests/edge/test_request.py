"""
Goal: a request is the same however its bytes are cut, and what follows it waits.

Method: requests drawn at random, glued together, cut anywhere; what is read is held against what
was written. Bytes that are nearly requests are read with the head's shortcut and without it.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.edge.request import KNOWN_BYTES, KNOWN_MAX, RequestReader, read_query
from tocsin.kernel.errors import Malformed, TocsinError
from tocsin.kernel.limits import BODY_BYTES, HEADER_BYTES
from tocsin.web import query as door

EXAMPLES = int(os.environ.get("TOCSIN_FUZZ_EXAMPLES", "200"))
GET = b"GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n"

bodies = st.binary(max_size=40) | st.sampled_from([GET, b"\r\n\r\n", b"0\r\n\r\n"])
cuts = st.lists(st.integers(1, 60))


@st.composite
def written(draw):
    """One request: what is written, and the (method, target, body) that it says."""
    target = b"/" + draw(st.sampled_from([b"", b"a", b"api/v1/board?areas=31"]))
    lead = draw(st.sampled_from([b"", b"\r\n"]))
    kind = draw(st.sampled_from(["none", "length", "chunks"]))
    if kind == "none":
        return lead + b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % target, (b"GET", target, b"")
    body = draw(bodies)
    head = lead + b"POST %s HTTP/1.1\r\n" % target
    if kind == "length":
        told = b"Content-Length: %d\r\n\r\n" % len(body) + body
    else:
        parts = [body[:7], body[7:]]
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts if part)
        trailer = draw(st.sampled_from([b"", b"X-Later: GET / HTTP/1.1\r\n"]))
        told = b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n" + trailer + b"\r\n"
    return head + told, (b"POST", target, body)


def pieces(data, cuts):
    for cut in cuts:
        if data:
            yield data[:cut]
            data = data[cut:]
    if data:
        yield data


def read(parts, known=None):
    """Read all requests, as a connection does."""
    reader, found = RequestReader({} if known is None else known), []
    for part in parts:
        data = part
        while data:
            request = reader.feed(data)
            data = reader.rest
            if request is not None:
                found.append(request)
    return found


@settings(max_examples=EXAMPLES)
@given(st.lists(written(), min_size=1, max_size=4), cuts)
def test_requests_are_the_same_however_their_bytes_are_cut(requests, cuts):
    data = b"".join(raw for raw, _ in requests)

    found = read(pieces(data, cuts))

    assert [(r.method, r.target, r.body) for r in found] == [said for _, said in requests]
    assert not any(name == b"x-later" for r in found for name, _ in r.headers)


@settings(max_examples=EXAMPLES)
@given(st.lists(written(), min_size=2, max_size=3), st.data())
def test_bytes_that_are_nearly_requests_are_read_the_same_whole_and_in_drops(requests, data):
    """Or refused both ways; nothing but an error of ours comes out, and never a request more."""
    sent = bytearray(b"".join(raw for raw, _ in requests))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(sent)))
        put = data.draw(
            st.sampled_from([b"\r\n", b"\n", b"\r", b" ", b":", b"\0", b"\r\n\r\n", b"0"])
            | st.binary(max_size=3)
        )
        sent[at : at + data.draw(st.integers(0, 3))] = put
    sent = bytes(sent)

    def outcome(parts, known):
        reader, found = RequestReader(known), []
        try:
            for part in parts:
                rest = part
                while rest:
                    request = reader.feed(rest)
                    rest = reader.rest
                    if request is not None:
                        found.append((request.method, request.target, request.body))
        except TocsinError as error:
            return found, error.code
        return found, None

    known = {}
    whole = outcome([sent], known)
    assert outcome([sent], known) == whole
    assert outcome([sent[i : i + 1] for i in range(len(sent))], {}) == whole


def test_a_second_request_waits_until_the_first_was_handed_out():
    reader = RequestReader({})

    assert reader.feed(GET + GET[:10]).target == b"/a?b=c"
    assert reader.rest == GET[:10]
    assert reader.feed(reader.rest) is None
    assert reader.feed(GET[10:]).target == b"/a?b=c"


def test_what_another_has_asked_in_the_same_words_is_known_and_its_memory_has_a_bound():
    known = {}
    (first,) = read([GET], known)
    (second,) = read([GET], known)
    assert first is second

    read([GET.replace(b"/a", b"/" + b"a" * KNOWN_BYTES)], known)
    read([GET.replace(b"GET", b"DELETE")], known)
    assert list(known) == [GET]

    read([GET.replace(b"/a", b"/%d" % number) for number in range(KNOWN_MAX + 10)], known)
    assert len(known) == KNOWN_MAX


def test_what_is_known_is_not_taken_for_a_part_of_another_request():
    known = {}
    read([GET], known)
    head = b"POST /p HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(GET)

    (request,) = read([head, GET], known)

    assert (request.method, request.body) == (b"POST", GET)


@pytest.mark.parametrize("lines", [1, 100, 4_000])
@pytest.mark.parametrize("size", [1_000_000, 500])
def test_headers_as_long_as_may_be_are_read_and_no_longer(lines, size):
    start = b"GET /a HTTP/1.1\r\nconnection: close\r\n"
    left = HEADER_BYTES - len(b"/a") - len(b"connectionclose")

    def asked(total):
        each = total // lines
        head = b"".join(b"x: " + b"y" * (each - 1) + b"\r\n" for _ in range(lines - 1))
        rest = total - each * (lines - 1)
        data = start + head + b"x: " + b"y" * (rest - 1) + b"\r\n\r\n"
        return read([data[i : i + size] for i in range(0, len(data), size)])

    assert len(asked(left)) == 1
    with pytest.raises(TocsinError, match=r"request\.head_too_large"):
        asked(left + 1)


def test_what_stands_after_a_body_counts_as_head_too():
    trailers = b"x: " + b"y" * 1_000 + b"\r\n"
    head = b"POST /p HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n"

    with pytest.raises(TocsinError, match=r"request\.(head|body)_too_large"):
        read([head + trailers * 40 + b"\r\n"])
    with pytest.raises(TocsinError, match=r"request\.(head|body)_too_large"):
        read([head] + [trailers] * (BODY_BYTES // 50))


def test_a_reader_knows_whether_anything_of_a_next_request_has_come():
    reader = RequestReader({})
    between = []
    for byte in b"PUT /a HTTP/1.1\r\ncontent-length: 2\r\n\r\nab":
        between.append(reader.between)
        request = reader.feed(bytes([byte]))
    assert request is not None
    assert between == [True] + [False] * (len(between) - 1)
    assert reader.between


def test_a_request_can_be_made_the_last_of_its_connection_and_is_else_the_same():
    reader = RequestReader({})
    request = reader.feed(b"GET /a HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n")
    last = request.last()

    assert (request.keep_alive, last.keep_alive) == (True, False)
    for name in ("method", "target", "headers", "body", "modern", "upgrade"):
        assert getattr(last, name) == getattr(request, name)


def test_a_connection_goes_on_only_where_its_client_says_so():
    def keeps(version, *headers):
        data = b"GET / HTTP/" + version + b"\r\n" + b"".join(h + b"\r\n" for h in headers)
        (request,) = read([data + b"\r\n"])
        return request.keep_alive, request.modern

    assert keeps(b"1.1") == (True, True)
    assert keeps(b"1.1", b"Connection: keep-alive") == (True, True)
    assert keeps(b"1.1", b"Connection: close") == (False, True)
    assert keeps(b"1.0") == (False, False)
    assert keeps(b"1.0", b"Connection: keep-alive") == (False, False)


@given(st.text(max_size=30) | st.sampled_from(["a=1&a=2", "b=%ff", "a=%00", "a&b", "c=1", "="]))
def test_a_query_is_read_as_the_web_door_reads_it(text):
    query, allowed = text.encode("utf-8", "surrogatepass"), frozenset({"a", "b"})

    def outcome(reading):
        try:
            return reading(query, allowed)
        except Malformed as error:
            return error.code, error.sentence, error.where

    assert outcome(read_query) == outcome(door.read_query)
