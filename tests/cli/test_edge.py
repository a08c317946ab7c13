"""
`tocsin edge` follows a core over any of its ways, and says why where it cannot.

Method: a real server that speaks https itself, and an edge below it that believes nobody but the
core's key; command lines that cannot work.
"""

from __future__ import annotations

import socket
import ssl

import httpx
import pytest
from tests.cli.terminal import run, start
from tests.edge.test_tls import certificate  # noqa: F401  # A fixture.
from tests.serving import Listener, started

from tocsin.app.sockets import run_directory


def test_an_edge_hears_another_over_https_and_believes_the_cores_key_alone(tmp_path, certificate):  # noqa: F811
    chain, key = certificate
    with started(tmp_path / "t.db", tls_certificate=str(chain), tls_key=str(key)) as server:
        assert server.url == f"https://127.0.0.1:{server.port}"
        own = f"https://localhost:{server.port}"
        with httpx.Client(verify=ssl.create_default_context(cafile=str(chain))) as client:
            known = client.get(f"{own}/.well-known/tocsin.json").json()["keys"][0]["public_key"]
        core = run_directory(server.db) / "core.sock"
        edge = start(
            "edge", "--from", own, "--core", f"unix:{core}", "--key", known, "--port", "0",
            SSL_CERT_FILE=str(chain),
        )  # fmt: skip
        port = int(edge.stdout.readline().strip().rstrip("/").rpartition(":")[2])
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=30) as link:
                link.sendall(b"GET /api/v1/stream HTTP/1.1\r\nhost: x\r\n\r\n")
                stream = Listener(link)
                assert stream.next().event == "board"
                said = httpx.post(
                    f"http://127.0.0.1:{port}/api/v1/alerts",
                    headers={"authorization": f"Bearer {server.token}"},
                    json={
                        "command_id": "00000000-0000-0000-0000-000000000001",
                        "areas": ["UA-30"],
                        "hazard": "air_raid",
                        "level": "warning",
                        "status": "Actual",
                    },
                )
                assert said.status_code == 201
                assert stream.next("alert").data["area"]["iso"] == "UA-30"
                server.kill()
                assert stream.next("stale").data["position"] == said.json()["position"]
        finally:
            edge.terminate()
            edge.communicate(timeout=30)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "--from"),
        (("--from", "unix:/none/feed.sock"), 2, "--core"),
        (("--from", "smoke:signals", "--core", "unix:/none"), 2, "edge.source_unknown"),
        (("--from", "nats://x", "--core", "unix:/none"), 2, "edge.key_malformed"),
        (("--from", "unix:/f", "--core", "unix:/c", "--port", "70000"), 2, "--port"),
        (("--from", "unix:/f", "--core", "unix:/c", "--tls-key", "k"), 2, "serve.certificate"),
        (("--from", "unix:/f", "--core", "unix:/c", "--tls-certificate", "/none", "--tls-key",
          "/none"), 2, "serve.certificate"),
    ],
)  # fmt: skip
def test_what_cannot_be_an_edge_says_why(arguments, code, said):
    told = run("edge", *arguments)

    assert (told.code, told.out) == (code, "")
    assert said in told.err
