"""
Goal: a client with a cache misses no change and fetches nothing twice; stale is never shown.

Method: requests to the real site in one process, with a clock set by hand and a server that
vouches for itself or does not.
"""

from __future__ import annotations

import gzip
import json

import pytest
from tests.alerts.sayings import begin, end
from tests.channels.abroad import KYIV, LVIV, UKRAINE, Abroad

ACTIVE = "alerts.in.ua/v1/alerts/active.json"
PATHS = [
    ACTIVE,
    "alerts.in.ua/v1/iot/active_air_raid_alerts.json",
    "alerts.in.ua/v2/iot/active_air_raid_alerts_by_oblast.json",
    "alerts.in.ua/v1/iot/active_air_raid_alerts/31.json",
    "siren.pp.ua/api/v3/alerts",
    "siren.pp.ua/api/v3/alerts/31",
    "ukrainealarm/api/v3/alerts/status",
    "alerts.com.ua/api/states",
    "alerts.com.ua/api/states/25",
    "jaam/alerts_statuses_v1.json",
]


def seen(abroad, path=ACTIVE):
    """Ask, and tell what a cache would keep."""
    answer = abroad.ask(path)
    assert answer.status_code == 200, answer.text
    return answer.headers["last-modified"], answer.headers["etag"]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_sent_again_until_something_changes(path):
    abroad = Abroad()
    abroad.sound(KYIV)
    modified, tag = seen(abroad, path)

    for held in ({"if_modified_since": modified}, {"if_none_match": tag}):
        answer = abroad.ask(path, **held)
        assert (answer.status_code, answer.content) == (304, b"")
        assert (answer.headers["last-modified"], answer.headers["etag"]) == (modified, tag)


@pytest.mark.parametrize("path", PATHS)
def test_two_changes_in_one_second_both_reach_a_cache(path):
    abroad = Abroad()
    modified, _ = seen(abroad, path)
    for _ in range(2):
        (alert,) = abroad.sound(KYIV)
        answer = abroad.ask(path, if_modified_since=modified)
        assert answer.status_code == 200
        modified = answer.headers["last-modified"]
        abroad.end(alert)
        answer = abroad.ask(path, if_modified_since=modified)
        assert answer.status_code == 200
        modified = answer.headers["last-modified"]


@pytest.mark.parametrize("sent", ["", " ", "Thu, 01 Jan 2099 00:00:00 GMT", "never"])
def test_a_second_that_was_not_sent_from_here_is_no_second(sent):
    """Byte for byte: a later one is another server's, and an empty one is none."""
    assert Abroad().ask(ACTIVE, if_modified_since=sent).status_code == 200


def test_the_second_is_written_as_http_writes_it():
    abroad = Abroad()
    abroad.seconds = 17
    abroad.sound(KYIV)

    assert seen(abroad)[0] == "Thu, 26 Jan 2023 05:46:00 GMT"


def test_large_answers_come_compressed_to_who_takes_them():
    abroad = Abroad()
    abroad.sound("UA")
    packed = abroad.ask(ACTIVE, accept_encoding="gzip")
    plain = abroad.ask(ACTIVE, accept_encoding="identity")

    assert packed.headers["content-encoding"] == "gzip"
    assert (
        packed.json() == plain.json() == json.loads(gzip.decompress(gzip.compress(plain.content)))
    )


@pytest.mark.parametrize("path", PATHS)
def test_past_the_bound_a_server_that_lost_touch_answers_503(path):
    abroad = Abroad()
    abroad.sound(KYIV)
    modified, tag = seen(abroad, path)
    abroad.vouched = False
    seen(abroad, path)
    abroad.seconds += 12
    assert seen(abroad, path) == (modified, tag)
    abroad.seconds += 0.1
    answer = abroad.ask(path, if_modified_since=modified)

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "last-modified" not in answer.headers
    abroad.vouched = True
    assert seen(abroad, path) == (modified, tag)


def test_what_was_recorded_may_be_owed_for_as_long_as_the_bound_and_no_longer():
    abroad = Abroad()
    abroad.sound(KYIV)
    abroad.record(end(area=UKRAINE.get("UA").code))
    seen(abroad)
    abroad.seconds += 12
    seen(abroad)
    abroad.seconds += 1
    assert abroad.ask(ACTIVE).status_code == 503
    abroad.show()
    seen(abroad)


def test_a_server_that_is_always_a_little_behind_is_fresh():
    abroad = Abroad()
    for _ in range(10):
        abroad.sound(KYIV)
        abroad.record(end(area=UKRAINE.get("UA").code))
        seen(abroad)
        abroad.show()
        abroad.record(begin(area=UKRAINE.get("UA").code))
        seen(abroad)
        abroad.seconds += 5
        abroad.show()
    abroad.record(end(area=UKRAINE.get("UA").code))
    seen(abroad)
    abroad.seconds += 13
    assert abroad.ask(ACTIVE).status_code == 503, "what is owed for long is stale all the same"


@pytest.mark.parametrize("path", PATHS)
def test_a_clock_that_stands_still_makes_nothing_stale(path):
    abroad = Abroad()
    before = seen(abroad, path)
    abroad.vouched = False

    assert all(seen(abroad, path) == before for _ in range(3))


@pytest.mark.parametrize("path", PATHS)
def test_when_nobody_is_heard_at_all_nothing_is_called_calm(path):
    abroad = Abroad()
    seen(abroad, path)
    abroad.say(end(area="UA"))

    assert abroad.ask(path).status_code == 503


@pytest.mark.parametrize("path", PATHS)
def test_an_alert_that_stands_is_served_though_nobody_is_heard_any_more(path):
    abroad = Abroad()
    abroad.sound(KYIV)
    abroad.say(end(area="UA"))

    assert abroad.ask(path).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_too_many_requests_are_answered_429_and_never_401(path):
    abroad = Abroad()
    answers = [abroad.ask(path, address="198.51.100.7") for _ in range(2)]
    abroad.answering.buckets.take("198.51.100.7", 297.9)
    refused = abroad.ask(path, address="198.51.100.7")

    assert {answer.status_code for answer in answers} == {200}
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1


@pytest.mark.parametrize("key", [{}, {"authorization": "Bearer nonsense"}, {"x_api_key": ""}])
def test_any_key_or_none_reads(key):
    assert Abroad().ask("alerts.com.ua/api/states", **key).status_code == 200


def test_a_replay_says_so_in_every_answer():
    abroad = Abroad(replay=True)
    answer = abroad.ask(ACTIVE)

    assert answer.headers["tocsin-replay"] == "true"
    assert answer.json()["replay"] is True
    assert "tocsin-replay" not in Abroad().ask(ACTIVE).headers


def test_the_end_of_the_last_alert_is_known_wherever_it_lay():
    abroad = Abroad()
    interpreter = abroad.answering
    assert interpreter.ended(abroad.region(27)) is None
    (alert,) = abroad.sound(LVIV)
    abroad.seconds = 600
    abroad.end(alert)

    assert interpreter.ended(abroad.region(27)) == abroad.now()
    assert (
        interpreter.ended(interpreter.regions.get(interpreter.regions.get(27).children[0]))
        == abroad.now()
    )
    assert interpreter.ended(abroad.region(31)) is None
