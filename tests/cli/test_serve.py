"""
`tocsin serve` and `tocsin demo` print an address, answer there, and end well when told to.

Method: both in processes of their own on free ports, asked over HTTP as anybody would.
"""

import signal

import httpx
import pytest
from tests.cli.terminal import start, tocsin


@pytest.fixture
def started():
    """Start a verb, give its address; end it with SIGTERM and want a clean end."""
    processes = []

    def begin(*arguments, **environment):
        process = start(*arguments, "--port", "0", **environment)
        processes.append(process)
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:"), process.stderr.read()
        return url.rstrip("/"), process

    yield begin
    for process in processes:
        process.terminate()  # Killed, it would leave its edge.
        process.communicate(timeout=30)


def test_the_demo_shows_the_day_standing_still(started):
    url, process = started("demo", "--speed", "0", "--at", "08:15")
    board = httpx.get(f"{url}/api/v1/board", timeout=30).json()
    assert board["replay"] is True
    assert board["as_of"] == "2023-01-26T06:15:00.000Z"
    assert len({a["area"]["iso"] for a in board["alerts"] if a["area"]["level"] == 1}) == 26
    page = httpx.get(url, timeout=30)
    assert page.status_code == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    said = process.stderr.read()
    assert "From 26 January 2023, 08:15:00 Kyiv time, at speed 0." in said


def test_the_demo_answers_for_moments_ahead_of_its_clock(started):
    url, _ = started("demo", "--speed", "0", "--at", "2023-01-26T05:40:00Z")
    moment = {"at": "2023-01-26T06:15:00Z"}
    board = httpx.get(f"{url}/api/v1/board", params=moment, timeout=30).json()
    assert len({a["area"]["iso"] for a in board["alerts"] if a["area"]["level"] == 1}) == 26


def test_the_demo_shows_a_week_of_schedules_from_its_monday(started):
    url, process = started("demo", "--schedules", "--speed", "0", "--at", "08:15")
    group = f"{url}/api/v1/outages/groups/vinnytsiaoblenerho/3.1"
    today, tomorrow = httpx.get(group, timeout=30).json()["days"]
    assert (today["date"], {one["state"] for one in today["slots"]}) == (
        "2026-01-12",
        {"on", "off"},
    )
    assert {one["state"] for one in tomorrow["slots"]} == {"unknown"}
    later = httpx.get(group, params={"at": "2026-01-12T20:00:00Z"}, timeout=30).json()
    assert (later["replay"], later["days"][1]["regime"]) == (True, "hourly")
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert "From 12 January 2026, 08:15:00 Kyiv time, at speed 0." in process.stderr.read()


def test_a_server_makes_its_ledger_and_ends_well_on_ctrl_c(started, tmp_path):
    url, process = started("serve", "--db", tmp_path / "t.db")
    assert httpx.get(f"{url}/healthz", timeout=30).json() == {"status": "ok"}
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert tocsin("verify", "--db", tmp_path / "t.db").code == 0


def test_settings_come_from_a_file_and_the_command_line_wins(started, tmp_path):
    settings = tmp_path / "tocsin.toml"
    settings.write_text(f'db = "{tmp_path / "of-file.db"}"\nport = 1\n')
    url, _ = started("serve", "--config", settings)
    assert not url.endswith(":1")
    assert (tmp_path / "of-file.db").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ["serve", "--ledger", "postgresql://127.0.0.1:1/t", "--port", "0"],
            3,
            "ledger.unreachable",
        ),
        (["serve", "--bus", "amqp://here"], 2, "bus.malformed"),
        (["serve", "--port", "70000"], 2, "--port"),
        (["serve", "--config", "/none.toml"], 2, "config.malformed"),
        (["demo", "--at", "25:00"], 2, "time.malformed"),
        (["demo", "--speed", "-1"], 2, "--speed"),
        (["serve", "--db", "/none/there/t.db", "--port", "0"], 3, "ledger.cannot_open"),
    ],
)
def test_what_cannot_be_served_says_why(arguments, code, said):
    told = tocsin(*arguments)
    assert told.code == code
    assert said in told.err
    assert told.out == ""


def test_a_bus_that_cannot_be_read_leaves_no_new_ledger(tmp_path):
    told = tocsin("serve", "--bus", "amqp://here", "--db", tmp_path / "t.db")
    assert told.code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_record_out_of_reach_is_said_in_ukrainian_and_without_its_password():
    for far in ("127.0.0.1:1/t", "/t?host=127.0.0.1&port=1"):
        url = f"postgresql://kmva:swordfish@{far}"
        told = tocsin("serve", "--ledger", url, "--port", "0", "--lang", "uk")
        assert "База недосяжна" in told.err
        assert "Запис: t at 127.0.0.1" in told.err
        assert "swordfish" not in told.err
