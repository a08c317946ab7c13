"""
Goal: a server that follows another shows what stands there, and its silence as unknown, never over.

Method: two real servers, the second named as a source in the first one's settings; the followed
one is killed.
"""

from __future__ import annotations

from tests.serving import started, until


def test_a_server_follows_another_and_its_death_is_unknown_and_never_over(tmp_path):
    with started(tmp_path / "there.db") as there:
        source = {
            "name": "upstream", "dialect": "tocsin", "url": there.url, "rank": "authority",
            "silent_after_s": 12,
        }  # fmt: skip
        with started(tmp_path / "here.db", token="", sources=[source]) as here:

            def board():
                return here.get("/api/v1/board").json()

            there.raise_alert("UA-46")
            assert until(lambda: len(board()["alerts"]) == 1 and not board()["unknown"])
            (alert,) = board()["alerts"]
            assert (alert["sender"], alert["area"]["iso"]) == ("upstream", "UA-46")
            there.kill()
            assert until(lambda: board()["unknown"])
            assert [alert["area"]["iso"] for alert in board()["alerts"]] == ["UA-46"]
            assert board()["unknown"][0]["area"]["code"] == "UA"
