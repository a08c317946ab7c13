"""
Goal: a published client registers a webhook, changes it and removes it, and each is called as long
as it is there.

Method: the client in an environment of its own, unmodified, against a real server that calls a
real receiver.
"""

from __future__ import annotations

import subprocess

from tests.channels.receiver import receivers
from tests.compat.peers import CLIENTS, environment
from tests.serving import started, until


def test_ua_alarm_has_itself_called_until_it_unsubscribes(tmp_path):
    with receivers() as (receiver,):
        with started(tmp_path / "here.db", compat_webhooks=receiver.host) as server:
            first, second = f"{receiver.host}/first", f"{receiver.host}/second"
            script = CLIENTS / "hook_ua_alarm.py"
            with subprocess.Popen(
                [environment("ua-alarm"), "-W", "ignore", script, server.url, first, second],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                bufsize=1,
            ) as client:
                assert client.stdout.readline().strip() == first
                server.raise_alert("UA-30")
                assert until(lambda: called(receiver) == [("/first", (31, "Activate"))])

                client.stdin.write("\n")
                assert client.stdout.readline().strip() == "changed"
                server.raise_alert("UA-46")
                assert until(lambda: called(receiver)[-1] == ("/second", (27, "Activate")))

                client.stdin.write("\n")
                assert client.stdout.readline().strip() == "removed"
            assert client.returncode == 0
            before = len(receiver.calls)
            server.raise_alert("UA-51")
            assert until(lambda: "UA-51" in server.get("/api/v1/board").text)
        assert len(receiver.calls) == before


def called(receiver):
    """Where it was called, and what was said."""
    return [(call.path, call.said) for call in receiver.calls]
