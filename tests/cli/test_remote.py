"""
One question to a server: its answer, its refusal, or that nobody answers.

Method: the real server, and sockets that say something else.
"""

import socket
import threading

import pytest

from tocsin.cli.remote import call
from tocsin.kernel.errors import Malformed, Refused, Unavailable


def answering(answer):
    """Answer one connection with some bytes; give the address."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = listening.accept()
        with connection, listening:
            connection.recv(65_536)
            connection.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_an_answer_is_given(server):
    assert call(server.url, "/healthz") == {"status": "ok"}
    assert call(f"{server.url}/", "/healthz") == {"status": "ok"}


def test_a_refusal_is_the_error_that_it_was(server):
    with pytest.raises(Refused, match=r"token\.missing") as caught:
        call(server.url, "/api/v1/alerts", body={})
    assert caught.value.status == 401
    with pytest.raises(Malformed, match=r"area\.unknown"):
        call(server.url, "/api/v1/areas/nowhere")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]",
    ],
)
def test_what_is_not_tocsin_is_said(answer):
    with pytest.raises(Unavailable, match=r"server\.not_tocsin"):
        call(answering(answer), "/healthz")


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"]
)
def test_a_link_that_breaks_is_unavailable(answer):
    with pytest.raises(Unavailable, match=r"server\.unreachable"):
        call(answering(answer), "/healthz")


@pytest.mark.parametrize("url", ["ftp://here", "nonsense", "http://[::1"])
def test_what_is_no_address_is_malformed(url):
    with pytest.raises(Malformed, match=r"url\.malformed"):
        call(url, "/healthz")
