"""
Goal: all dialects under their paths, and at the root of a host name where one is set.

Method: requests to the real site in one process.
"""

from __future__ import annotations

import asyncio

import httpx
import pytest
from tests.alerts.country import GAZETTEER
from tests.channels.abroad import KYIV, Abroad
from tests.views.shown import ledger_of, view_of

from tocsin.channels.compat_dialects import NAMES, Dialects, at_hosts, read_hosts
from tocsin.kernel.errors import Malformed


def test_every_dialect_has_its_path():
    abroad = Abroad()
    for path in (
        "alerts.in.ua/v1/alerts/active.json",
        "ukrainealarm/api/v3/alerts",
        "siren.pp.ua/api/v3/alerts",
        "alerts.com.ua/api/states",
        "jaam/alerts_statuses_v1.json",
    ):
        assert path.partition("/")[0] in NAMES
        assert abroad.ask(path).status_code == 200
        assert abroad.ask(path, "HEAD").status_code == 200
        assert abroad.ask(path, "POST").status_code == 405


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("alerts.test", "/v1/alerts/active.json", 200),
        ("ALERTS.test:8026", "/v1/alerts/active.json", 200),
        ("siren.test", "/api/v3/alerts/31", 200),
        ("alerts.test", "/compat/alerts.in.ua/v1/alerts/active.json", 404),
        ("other.test", "/v1/alerts/active.json", 404),
        ("other.test", "/compat/alerts.in.ua/v1/alerts/active.json", 200),
    ],
)
def test_a_dialect_is_served_at_the_root_of_its_host_name(host, path, status):
    hosts = read_hosts("alerts.in.ua=alerts.test, siren.pp.ua = siren.test,")
    app = at_hosts(Abroad().app, hosts)

    async def ask():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return await client.get(f"http://test{path}", headers={"host": host})

    assert asyncio.run(ask()).status_code == status


@pytest.mark.parametrize("text", ["alerts.in.ua", "alerts.in.ua=", "elsewhere=a.test", "=a.test"])
def test_a_setting_that_cannot_be_read_is_refused_with_its_name(text):
    with pytest.raises(Malformed, match=r"compat\.hosts") as caught:
        read_hosts(text)

    assert caught.value.where == "compat_hosts"


def test_a_page_of_any_origin_may_ask_with_a_key():
    answer = Abroad().ask("alerts.com.ua/api/states", "OPTIONS", origin="https://elsewhere.test")

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "x-api-key" in answer.headers["access-control-allow-headers"]


def test_without_hosts_nothing_is_in_between():
    abroad = Abroad()

    assert at_hosts(abroad.app, read_hosts("")) is abroad.app


def test_a_country_without_these_numbers_has_no_dialects():
    ledger = ledger_of()
    live, projections = view_of(ledger, gazetteer=GAZETTEER)
    dialects = Dialects(live, projections.board, ledger, vouched=lambda: 0)

    assert dialects.router().routes == []


def test_a_change_is_served_at_once_and_after_a_restart():
    abroad = Abroad()
    path = "alerts.in.ua/v1/iot/active_air_raid_alerts/31.json"
    assert abroad.read(path) == "N"
    abroad.sound(KYIV)
    assert abroad.read(path) == "A"
    abroad.start()

    assert abroad.read(path) == "A"


def test_what_stays_connected_ends_when_the_server_does():
    abroad = Abroad()
    with abroad.dialects._lines.joined(lambda *_: b"frame", "") as line:
        abroad.dialects.close()

        assert line.closed


def test_what_is_folded_together_is_told_once():
    abroad = Abroad()
    waiting = []
    abroad.dialects._soon = waiting.append
    tables = []

    def speak(table, changed):
        tables.append((table.position, changed))
        return b""

    with abroad.dialects._lines.joined(speak, ""):
        abroad.sound(*(str(uid) for uid in range(8, 29)))
        (act,) = waiting
        act()
        abroad.sound("31")

    assert len(tables) == 1
    assert tables[0][1] == {*range(8, 29), 1293, 564}
    assert len(waiting) == 2


def test_it_listens_for_plain_tcp_where_it_is_told_to():
    abroad = Abroad()
    live, board = abroad.live, abroad.projections.board
    from tests.serving import free_port

    port = free_port()
    dialects = Dialects(live, board, abroad.ledger, vouched=lambda: 0, tcp=("127.0.0.1", port))

    async def ask():
        running = asyncio.get_running_loop().create_task(dialects.run())
        for _ in range(300):
            await asyncio.sleep(0.01)
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                continue
            writer.write(b"key,25")
            line = await reader.readline()
            writer.close()
            running.cancel()
            return line
        return b""

    assert asyncio.run(ask()) == b"a:ok\n"
