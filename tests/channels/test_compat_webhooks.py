"""
Goal: a webhook is registered, changed and removed by its key alone, at hosts that are named alone.

Method: requests to the real site in one process, with a receiver that counts; and one server as an
operator starts it, through its edge.
"""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from tests.channels.abroad import KYIV, Abroad
from tests.channels.receiver import WEBHOOK, Calling, receivers
from tests.serving import free_port, started, until

from tocsin.channels.compat_limits import TOKENS_MOST, WEBHOOK_TOKENS
from tocsin.channels.compat_webhook_list import key_of
from tocsin.channels.compat_webhooks import BODY_BYTES

KEY = {"authorization": "a long key"}


def ask(calling, method, body, **headers):
    return asyncio.run(calling.hook(method, body, **headers))


def code(answer):
    assert answer.headers["access-control-allow-origin"] == "*"
    return answer.status_code, answer.json()["code"]


def test_one_key_registers_changes_and_removes_one_webhook():
    with receivers() as (receiver,):
        calling = Calling(receiver)
        key = key_of(KEY["authorization"])

        for path, method in (("a", "POST"), ("b", "PATCH"), ("c", "POST")):
            wanted = {"webHookUrl": f"{receiver.host}/{path}"}
            answer = ask(calling, method, wanted, **KEY)
            assert (answer.status_code, answer.json()) == (200, wanted)
            assert [one.url for one in calling.known] == [f"{receiver.host}/{path}"]
        assert calling.known.find(key) is not None
        for gone in (f"{receiver.host}/c", None):  # Already so is no error.
            answer = ask(calling, "DELETE", {}, **KEY)
            assert (answer.status_code, answer.json()) == (200, {"webHookUrl": gone})
        assert len(calling.known) == 0


def test_nobody_changes_what_another_key_registered():
    with receivers() as (receiver,):
        calling = Calling(receiver)
        ask(calling, "POST", {"webHookUrl": f"{receiver.host}/mine"}, **KEY)
        other = {"webHookUrl": f"{receiver.host}/theirs"}

        assert code(ask(calling, "PATCH", other, authorization="b")) == (404, "compat.not_found")
        assert ask(calling, "DELETE", {}, authorization="b").status_code == 200
        assert [one.url for one in calling.known] == [f"{receiver.host}/mine"]


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_without_a_key_there_is_no_webhook(method):
    with receivers() as (receiver,):
        calling = Calling(receiver)
        answer = ask(calling, method, {"webHookUrl": receiver.host})

        assert code(answer) == (403, "compat.webhook_key")
        assert len(calling.known) == 0


def test_a_host_that_is_not_named_is_refused_and_never_called():
    with receivers(2) as (named, other):
        calling = Calling(named)
        answer = ask(calling, "POST", {"webHookUrl": f"{other.host}/alarm"}, **KEY)

        assert code(answer) == (403, "compat.webhook_host")
        assert len(calling.known) == 0
        assert other.calls == []


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"webHookUrl": 4}', b"\xff", b'{"webHookUrl":"' + b"a" * BODY_BYTES],
)
def test_what_is_no_registration_is_not_understood(body):
    with receivers() as (receiver,):
        calling = Calling(receiver)
        answer = asyncio.run(calling.asking(WEBHOOK, "POST", body=body, **KEY))

        assert code(answer) == (400, "compat.webhook_url")


def test_one_address_registers_no_faster_than_a_file_may_be_written():
    with receivers() as (receiver,):
        calling = Calling(receiver)

        async def often():
            wanted = {"webHookUrl": receiver.host}
            return [
                (
                    await calling.asking(
                        WEBHOOK, "POST", "203.0.113.7", json.dumps(wanted).encode(), **KEY
                    )
                ).status_code
                for _ in range(int(TOKENS_MOST // WEBHOOK_TOKENS) + 1)
            ]

        answers = asyncio.run(often())
        assert set(answers[:-1]) == {200}
        assert answers[-1] == 429


def test_where_no_host_is_named_or_in_a_replay_nobody_is_called():
    with receivers() as (receiver,):
        wanted = {"webHookUrl": receiver.host}
        for calling in (Calling(), Calling(receiver, replay=True)):
            assert code(ask(calling, "POST", wanted, **KEY)) == (501, "compat.no_webhook")
            assert len(calling.known) == 0


def test_a_file_from_before_means_nothing_where_no_host_is_named(tmp_path):
    path = tmp_path / "here.webhooks"
    with receivers() as (receiver,):
        ask(Calling(receiver, path=path), "POST", {"webHookUrl": receiver.host}, **KEY)
        kept = path.read_bytes()
        calling = Calling(path=path)

        asyncio.run(calling.dialects.webhooks.run())  # It has nothing to do and ends.
        assert len(calling.known) == 0
        assert path.read_bytes() == kept


def test_whom_the_operator_names_no_longer_is_called_no_more(tmp_path):
    path = tmp_path / "here.webhooks"
    with receivers(2) as (named, once):
        before = Calling(named, once, path=path)
        for number, one in enumerate((named, once)):
            ask(before, "POST", {"webHookUrl": f"{one.host}/"}, authorization=f"key {number}")
        calling = Calling(named, path=path)

        assert [one.url for one in calling.known] == [f"{named.host}/"]


def test_a_server_without_webhooks_counts_none():
    abroad = Abroad()
    abroad.sound(KYIV)

    assert len(abroad.dialects.webhooks.known) == 0
    assert abroad.dialects.webhooks.calls.behind == 0


def test_a_server_calls_through_a_restart_whoever_registered_at_its_edge(tmp_path):
    db = tmp_path / "here.db"
    with receivers() as (receiver,):
        hosts = {"compat_webhooks": receiver.host, "metrics_port": free_port()}
        with started(db, **hosts) as server:
            url = f"{server.url}/compat/siren.pp.ua/api/v3/webhook"
            wanted = {"webHookUrl": f"{receiver.host}/alarm"}
            assert httpx.post(url, json=wanted, headers=KEY).status_code == 200
            token = server.token
            server.raise_alert("UA-30")
            assert until(lambda: receiver.said == [(31, "Activate")])
            assert until(lambda: "tocsin_webhooks_behind 0" in server.get_metrics())
            assert "tocsin_webhook_calls_total 1" in server.get_metrics()
            assert server.stop() == 0
        with started(db, token=token, **hosts) as server:
            server.raise_alert("UA-46")
            assert until(lambda: receiver.said == [(31, "Activate"), (27, "Activate")])
            url = f"{server.url}/compat/ukrainealarm/api/v3/webhook"
            assert httpx.delete(url, headers=KEY).status_code == 200
    assert {call.path for call in receiver.calls} == {"/alarm"}
