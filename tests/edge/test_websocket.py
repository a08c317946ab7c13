"""
Goal: a WebSocket that keeps the rules is understood however its bytes arrive; one that breaks
them ends with the code that says which.

Method: the examples of RFC 6455; random conversations, cut anywhere, against what was said; each
rule broken once; and any bytes at all.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.edge.websocket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    MESSAGE_BYTES,
    NOT_UTF8,
    PENDING_MAX,
    PING,
    PONG,
    PROTOCOL_ERROR,
    TEXT,
    TOO_BIG,
    TRY_AGAIN_LATER,
    Answer,
    Inbox,
    accept_key,
    close_frame,
    control_frame,
    handshake,
)
from tocsin.kernel.errors import Malformed, Refused

HEADERS = {
    b"host": b"server.example.com",
    b"upgrade": b"websocket",
    b"connection": b"keep-alive, Upgrade",
    b"sec-websocket-key": b"dGhlIHNhbXBsZSBub25jZQ==",
    b"sec-websocket-version": b"13",
    b"sec-websocket-extensions": b"permessage-deflate",
}
SINK = 7


def client_frame(opcode, payload=b"", *, final=True, mask=b"\x01\x9a\xff\x00", rsv=0, size=None):
    """Make a frame as a client does; `size` writes another length than the shortest."""
    first = (0x80 if final else 0) | rsv << 4 | opcode
    if size is None:
        size = (
            bytes([0x80 | len(payload)])
            if len(payload) < 126
            else b"\xfe" + len(payload).to_bytes(2, "big")
        )
    masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
    return bytes([first]) + size + mask + masked


def ended(answer):
    """Give the code with which an answer ends the connection; None where it does not."""
    if not answer.close:
        return None
    start = answer.data.rindex(b"\x88")
    return int.from_bytes(answer.data[start + 2 : start + 4], "big")


# --- The handshake --------------------------------------------------------------------------------


def test_the_example_of_the_rfc_is_answered_as_it_says():
    head = handshake(b"GET", "1.1", HEADERS)

    assert accept_key(b"dGhlIHNhbXBsZSBub25jZQ==") == b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert head.startswith(b"HTTP/1.1 101 ")
    assert b"\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n" in head
    assert b"extensions" not in head


@pytest.mark.parametrize(
    "other",
    [
        {b"upgrade": b"h2c"},
        {b"connection": b"close"},
        {b"sec-websocket-key": b""},
        {b"sec-websocket-key": b"dGhlIHNhbXBsZQ=="},
        {b"sec-websocket-key": b"!!!!!!!!!!!!!!!!!!!!!!=="},
    ],
)
def test_what_does_not_open_a_websocket_is_refused(other):
    with pytest.raises(Malformed, match=r"websocket\.malformed"):
        handshake(b"GET", "1.1", {**HEADERS, **other})


@pytest.mark.parametrize(("method", "version"), [(b"POST", "1.1"), (b"GET", "1.0")])
def test_only_a_get_of_http_1_1_opens_a_websocket(method, version):
    with pytest.raises(Malformed):
        handshake(method, version, HEADERS)


def test_another_version_is_told_that_an_upgrade_is_needed():
    with pytest.raises(Refused, match=r"websocket\.version") as refusal:
        handshake(b"GET", "1.1", {**HEADERS, b"sec-websocket-version": b"8"})

    assert refusal.value.status == 426


# --- A conversation -------------------------------------------------------------------------------

PINGS = st.binary(max_size=125)


@st.composite
def messages(draw):
    """Draw the frames of one message, fragments and pings in between; and the pongs due."""
    kind = draw(st.sampled_from([TEXT, BINARY, PING, PONG]))
    if kind in {PING, PONG}:
        payload = draw(PINGS)
        return client_frame(kind, payload), [payload] if kind == PING else []
    whole = draw(st.text(max_size=200)).encode() if kind == TEXT else draw(st.binary(max_size=900))
    cuts = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=3)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    data, pongs = b"", []
    for number, piece in enumerate(pieces):
        opcode = CONTINUATION if number else kind
        data += client_frame(opcode, piece, final=number == len(pieces) - 1)
        if number < len(pieces) - 1 and draw(st.booleans()):
            pongs.append(draw(PINGS))
            data += client_frame(PING, pongs[-1], mask=draw(st.binary(min_size=4, max_size=4)))
    return data, pongs


@given(st.lists(messages(), max_size=5), st.lists(st.integers(1, 40), min_size=1))
def test_each_ping_gets_its_pong_however_the_bytes_are_cut_and_nothing_is_kept(said, sizes):
    inbox, answered = Inbox(), b""
    data = b"".join(frames for frames, _ in said)
    number = 0
    while data:
        size = sizes[number % len(sizes)]
        answer = inbox.hear(SINK, data[:size])
        assert not answer.close
        answered += answer.data
        data, number = data[size:], number + 1

    assert answered == b"".join(control_frame(PONG, ping) for _, pongs in said for ping in pongs)
    assert len(inbox) == 0


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1012, 3000, 4999])
def test_a_farewell_is_answered_with_its_own_code(code):
    said = client_frame(CLOSE, code.to_bytes(2, "big") + "бувай".encode())

    assert Inbox().hear(SINK, said + b"whatever comes after it") == Answer(
        close_frame(code), close=True
    )


def test_a_farewell_without_a_code_is_answered_without_one():
    assert Inbox().hear(SINK, client_frame(CLOSE)) == Answer(b"\x88\x00", close=True)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"\x81\x01x", PROTOCOL_ERROR),  # Not masked.
        (client_frame(TEXT, b"x", rsv=4), PROTOCOL_ERROR),  # Compressed, which was not agreed upon.
        (client_frame(3, b"x"), PROTOCOL_ERROR),
        (client_frame(11), PROTOCOL_ERROR),
        (client_frame(PING, final=False), PROTOCOL_ERROR),
        (client_frame(PING, b"x" * 126), PROTOCOL_ERROR),
        (client_frame(CONTINUATION, b"x"), PROTOCOL_ERROR),
        (client_frame(TEXT, final=False) + client_frame(TEXT), PROTOCOL_ERROR),
        (client_frame(TEXT, b"x", size=b"\xfe\x00\x01"), PROTOCOL_ERROR),
        (client_frame(TEXT, b"x", size=b"\xff" + (9).to_bytes(8, "big")), PROTOCOL_ERROR),
        (client_frame(TEXT, b"", size=b"\xff\x80" + bytes(7)), PROTOCOL_ERROR),
        (client_frame(CLOSE, b"\x03"), PROTOCOL_ERROR),
        *(
            (client_frame(CLOSE, code.to_bytes(2, "big")), PROTOCOL_ERROR)
            for code in (0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535)
        ),
        (client_frame(CLOSE, b"\x03\xe8\xff"), NOT_UTF8),
        (client_frame(TEXT, b"\xce\xba\xe1\xbd"), NOT_UTF8),
        (
            client_frame(TEXT, b"\xce", final=False) + client_frame(CONTINUATION, b"\xce"),
            NOT_UTF8,
        ),
        (client_frame(TEXT, b"x" * (MESSAGE_BYTES + 1)), TOO_BIG),
        (client_frame(BINARY, b"", size=b"\xff" + (1 << 40).to_bytes(8, "big")), TOO_BIG),
        (
            client_frame(TEXT, b"x" * 600, final=False) + client_frame(CONTINUATION, b"x" * 600),
            TOO_BIG,
        ),
    ],
)
def test_each_broken_rule_ends_with_its_code(said, code):
    inbox = Inbox()
    for at in range(len(said)):  # Byte by byte, as slowly as it can be said.
        answer = inbox.hear(SINK, said[at : at + 1])
        if answer.close:
            break

    assert ended(answer) == code
    assert len(inbox) == 0


@given(st.lists(st.binary(max_size=400), max_size=8))
@example([client_frame(BINARY, b"x" * 1024)])
def test_whatever_comes_in_at_most_a_message_is_kept(chunks):
    inbox = Inbox()
    for chunk in chunks:
        if inbox.hear(SINK, chunk).close:
            assert len(inbox) == 0
            break
        kept = inbox._pending.get(SINK)
        assert kept is None or len(kept.data) + len(kept.message) <= MESSAGE_BYTES + 14 + 125


def test_half_frames_of_too_many_are_not_kept():
    inbox = Inbox()
    for sink in range(PENDING_MAX):
        assert inbox.hear(sink, b"\x81") == Answer()

    assert ended(inbox.hear(PENDING_MAX, b"\x81")) == TRY_AGAIN_LATER
    inbox.forget(0)
    assert inbox.hear(PENDING_MAX, b"\x81") == Answer()


def test_a_reason_is_cut_at_a_character():
    frame = close_frame(1013, "спробуйте пізніше " * 20)

    assert len(frame) <= 127
    assert frame[4:].decode().startswith("спробуйте")
