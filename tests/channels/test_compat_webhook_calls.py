"""
Goal: each webhook hears of each change, in order, whatever others do; and nobody is told that
something is over which may not be.

Method: real receivers on 127.0.0.1 that are quick, slow, broken or lying; pauses are made short,
and days pass by a clock moved by hand.
"""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64decode
from contextlib import asynccontextmanager

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.testing import capture_logs
from tests.alerts.sayings import begin, end
from tests.channels.abroad import KYIV, LVIV, UKRAINE, VINNYTSIA, Abroad
from tests.channels.receiver import Calling, receivers
from tests.speaker import until

from tocsin.channels import compat_webhook_calls as calls
from tocsin.channels.compat_webhook_changes import IN_ORDER_MOST, IN_ORDER_S
from tocsin.channels.compat_webhook_list import key_of
from tocsin.ledger.signing import Signer

KYIV_BEGINS, KYIV_ENDS = (31, "Activate"), (31, "DEACTIVATE")
LVIV_BEGINS, LVIV_ENDS = (27, "Activate"), (27, "DEACTIVATE")
VINNYTSIA_BEGINS = (4, "Activate")


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch):
    monkeypatch.setattr(calls, "WITHIN_S", 60)  # On a busy machine too.
    monkeypatch.setattr(calls, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(calls, "PAUSE_MOST_S", 0.05)
    monkeypatch.setattr(calls, "HELD_S", 0.02)
    monkeypatch.setattr(calls, "SAVE_EVERY_S", 0.02)


def running(story):
    """Run a story to its end, however it hangs."""
    asyncio.run(asyncio.wait_for(story, 60))


@asynccontextmanager
async def registered(calling, *called):
    """Have some receivers called, until the block ends."""
    for number, one in enumerate(called):
        await calling.register(f"{one.host}/alarm", key=f"key {number}")
    async with calling.at_work():
        yield


def test_each_change_is_told_to_everybody_in_order():
    async def story(first, second):
        calling = Calling(first, second)
        async with registered(calling, first, second):
            (alert,) = calling.sound(KYIV)
            calling.sound(LVIV)
            calling.end(alert)
            for one in (first, second):
                await one.hears(KYIV_BEGINS, LVIV_BEGINS, KYIV_ENDS)
            await until(lambda: calling.calls.behind == 0)
        assert calling.calls.made == 6

    with receivers(2) as both:
        running(story(*both))


def test_a_call_says_who_calls_and_when_and_its_signature_holds():
    key = Ed25519PrivateKey.generate()
    signer = Signer(key)

    async def story(receiver):
        calling = Calling(receiver, sign=signer.sign_text, key_id=signer.key_id)
        async with registered(calling, receiver):
            calling.sound(KYIV)
            await receiver.hears(KYIV_BEGINS)
        (call,) = receiver.calls
        named = call.headers
        assert call.path == "/alarm"
        assert named["content-type"] == "application/json"
        assert named["x-webhook-signature-alg"] == "ed25519"
        assert named["x-webhook-key-id"] == signer.key_id
        assert "authorization" not in named
        signed = f"{named['x-webhook-timestamp']}.".encode() + call.body
        signature = urlsafe_b64decode(named["x-webhook-signature"] + "==")
        key.public_key().verify(signature, signed)  # Raises where it does not hold.

    with receivers() as (receiver,):
        running(story(receiver))


def test_whoever_is_removed_or_changed_is_called_there_no_more():
    async def story(old, new, other):
        calling = Calling(old, new, other)
        async with registered(calling, old, other):
            await calling.register(f"{new.host}/new", key="key 0", method="PATCH")
            await calling.hook("DELETE", {}, authorization="key 1")
            calling.sound(KYIV)
            await new.hears(KYIV_BEGINS)
        assert old.calls == other.calls == []

    with receivers(3) as three:
        running(story(*three))


def test_whoever_is_removed_while_it_fails_is_asked_no_more():
    async def story(receiver, other):
        calling = Calling(receiver, other)
        receiver.status = 503
        async with registered(calling, receiver, other):
            calling.sound(KYIV)
            await until(lambda: calling.calls.failed >= 1)
            await calling.hook("DELETE", {}, authorization="key 0")
            calling.sound(LVIV)
            await other.hears(KYIV_BEGINS, LVIV_BEGINS)
            receiver.calls = []
            await stays(receiver)

    with receivers(2) as both:
        running(story(*both))


def test_an_address_that_takes_the_place_of_a_failing_one_is_called_at_once(monkeypatch):
    monkeypatch.setattr(calls, "FIRST_PAUSE_S", 600)
    monkeypatch.setattr(calls, "PAUSE_MOST_S", 600)
    monkeypatch.setattr(calls, "HELD_S", 600)

    async def story(old, new):
        calling = Calling(old, new)
        old.status = 503
        async with registered(calling, old):
            calling.sound(KYIV)
            await until(lambda: calling.calls.failed == 1)
            await calling.register(new.host, key="key 0", method="PATCH")
            await new.hears(KYIV_BEGINS)

    with receivers(2) as both:
        running(story(*both))


def test_a_slow_receiver_holds_up_nobody_else():
    async def story(slow, quick):
        calling = Calling(slow, quick)
        slow.goes_on.clear()
        async with registered(calling, slow, quick):
            calling.sound(KYIV)
            calling.sound(LVIV)
            await quick.hears(KYIV_BEGINS, LVIV_BEGINS)
            await slow.hears(KYIV_BEGINS)  # One call at a time.
            slow.goes_on.set()
            await slow.hears(KYIV_BEGINS, LVIV_BEGINS)

    with receivers(2) as both:
        running(story(*both))


def test_more_dead_receivers_than_callers_hold_up_nobody(monkeypatch):
    monkeypatch.setattr(calls, "AT_ONCE", 1)
    monkeypatch.setattr(calls, "AT_ONCE_AGAIN", 1)

    async def story(dead, quick):
        calling = Calling(dead, quick)
        dead.status = 500
        async with registered(calling, *[dead] * 4):
            calling.sound(KYIV)
            await until(lambda: all(one.failures for one in calling.known))
            dead.goes_on.clear()  # From now on each takes its caller for a minute.
            await until(lambda: dead.hanging)
            await calling.register(quick.host, key="the quick one")
            calling.sound(LVIV)
            await quick.hears(LVIV_BEGINS)

    with receivers(2) as both:
        running(story(*both))


@pytest.mark.parametrize("status", [301, 307, 404, 410, 429, 500, 503])
def test_who_does_not_take_a_call_is_asked_again_until_it_does(status):
    async def story(receiver):
        calling = Calling(receiver)
        receiver.status = status
        async with registered(calling, receiver):
            calling.sound(KYIV)
            await until(lambda: len(receiver.calls) >= 3)
            receiver.status = 202
            calling.sound(LVIV)
            await until(lambda: receiver.said[-2:] == [KYIV_BEGINS, LVIV_BEGINS])
            await until(lambda: calling.calls.behind == 0)
        assert set(receiver.said[:-1]) == {KYIV_BEGINS}
        assert calling.calls.failed >= 3

    with receivers() as (receiver,):
        running(story(receiver))


def test_nobody_listens_is_a_failure_like_any_other():
    async def story(receiver):
        calling = Calling(receiver)
        receiver.close()
        async with registered(calling, receiver):
            calling.sound(KYIV)
            await until(lambda: calling.calls.failed >= 2)
            assert calling.calls.made == 0
            assert calling.calls.behind == 1

    with receivers() as (receiver,):
        running(story(receiver))


def test_no_redirect_is_followed():
    async def story(receiver, elsewhere):
        calling = Calling(receiver)
        receiver.status = 307
        receiver.headers = {"location": f"{elsewhere.host}/inside"}
        async with registered(calling, receiver):
            calling.sound(KYIV)
            await until(lambda: calling.calls.failed >= 2)
        assert elsewhere.calls == []

    with receivers(2) as both:
        running(story(*both))


def test_an_answer_without_an_end_takes_no_more_than_its_beginning():
    async def story(receiver):
        calling = Calling(receiver)
        receiver.endless = True
        async with registered(calling, receiver):
            calling.sound(KYIV)
            calling.sound(LVIV)
            await receiver.hears(KYIV_BEGINS, LVIV_BEGINS)

    with receivers() as (receiver,):
        running(story(receiver))


def test_nothing_of_an_answer_is_kept_or_said_to_anybody():
    async def story(receiver):
        calling = Calling(receiver)
        receiver.headers = {"set-cookie": "who=you; path=/"}
        async with registered(calling, receiver):
            calling.sound(KYIV)
            calling.sound(LVIV)
            await receiver.hears(KYIV_BEGINS, LVIV_BEGINS)
        assert all("cookie" not in call.headers for call in receiver.calls)

    with receivers() as (receiver,):
        running(story(receiver))


def test_who_is_long_behind_is_told_what_stands_now_alerts_first():
    async def story(receiver):
        calling = Calling(receiver)
        await calling.register(receiver.host, key="key 0")
        (kyiv,) = calling.sound(KYIV)
        (lviv,) = calling.sound(LVIV)
        calling.end(lviv)
        calling.sound(VINNYTSIA)
        calling.seconds += IN_ORDER_S + 1
        async with calling.at_work():
            await receiver.hears(VINNYTSIA_BEGINS, KYIV_BEGINS, LVIV_ENDS)
            await until(lambda: calling.calls.behind == 0)
            calling.end(kyiv)  # And from now on it keeps up again.
            calling.sound(LVIV)
            await receiver.hears(VINNYTSIA_BEGINS, KYIV_BEGINS, LVIV_ENDS, KYIV_ENDS, LVIV_BEGINS)
        assert not calling.known.find(key_of("key 0")).ahead

    with receivers() as (receiver,):
        running(story(receiver))


def test_who_is_many_changes_behind_is_told_what_stands_now():
    async def story(receiver):
        calling = Calling(receiver)
        await calling.register(receiver.host)
        for _ in range(IN_ORDER_MOST):
            (alert,) = calling.sound(KYIV)
            calling.end(alert)
        calling.sound(LVIV)
        async with calling.at_work():
            await receiver.hears(LVIV_BEGINS, KYIV_ENDS)

    with receivers() as (receiver,):
        running(story(receiver))


def test_a_press_that_names_many_is_told_to_the_last():
    async def story(receiver):
        calling = Calling(receiver)
        numbers = [area.uid for area in UKRAINE if area.level == 2 and area.uid][:100]
        async with registered(calling, receiver):
            calling.sound(*map(str, numbers))
            await until(lambda: len(receiver.calls) >= 100)
            await until(lambda: calling.calls.behind == 0)
        assert sorted(number for number, _ in receiver.said) == sorted(numbers)

    with receivers() as (receiver,):
        running(story(receiver))


def test_an_end_waits_while_the_server_cannot_vouch_and_an_alert_passes_it_by():
    async def story(receiver):
        calling = Calling(receiver)
        await calling.register(receiver.host)
        (alert,) = calling.sound(KYIV)
        calling.end(alert)
        calling.sound(LVIV)
        calling.vouched = False
        calling.answering.fresh()
        calling.seconds += 20  # Past the bound of freshness.
        async with calling.at_work():
            await receiver.hears(KYIV_BEGINS, LVIV_BEGINS)
            await stays(receiver, KYIV_BEGINS, LVIV_BEGINS)
            calling.vouched = True
            await receiver.hears(KYIV_BEGINS, LVIV_BEGINS, KYIV_ENDS)

    with receivers() as (receiver,):
        running(story(receiver))


def test_an_end_waits_until_somebody_is_heard_about_the_region():
    async def story(receiver):
        calling = Calling(receiver)
        async with registered(calling, receiver):
            (alert,) = calling.sound(KYIV)
            await receiver.hears(KYIV_BEGINS)
            calling.say(end(area=UKRAINE.get("UA").code))
            calling.end(alert)
            calling.sound(LVIV)
            await receiver.hears(KYIV_BEGINS, LVIV_BEGINS)
            await stays(receiver, KYIV_BEGINS, LVIV_BEGINS)
            assert calling.calls.behind == 1
            calling.say(begin(area=UKRAINE.get(KYIV).code))
            await receiver.hears(KYIV_BEGINS, LVIV_BEGINS, KYIV_ENDS)

    with receivers() as (receiver,):
        running(story(receiver))


def test_what_stands_again_is_not_said_to_be_over():
    async def story(receiver):
        calling = Calling(receiver, heard=[LVIV])
        async with registered(calling, receiver):
            (alert,) = calling.sound(KYIV)
            await receiver.hears(KYIV_BEGINS)
            calling.end(alert)  # Nobody is heard about Kyiv.
            calling.sound(LVIV)
            await receiver.hears(KYIV_BEGINS, LVIV_BEGINS)
            calling.seconds += 60
            calling.sound(KYIV)
            await receiver.hears(KYIV_BEGINS, LVIV_BEGINS, KYIV_BEGINS)
            calling.say(begin(area=UKRAINE.get(KYIV).code))
            await until(lambda: calling.calls.behind == 0)
            await stays(receiver, KYIV_BEGINS, LVIV_BEGINS, KYIV_BEGINS)

    with receivers() as (receiver,):
        running(story(receiver))


def test_an_old_end_that_was_held_is_not_told_after_the_alert_that_stands_again():
    async def story(receiver):
        calling = Calling(receiver, heard=[LVIV])
        async with registered(calling, receiver):
            kyiv, vinnytsia = calling.sound(KYIV, VINNYTSIA)
            await until(lambda: len(receiver.calls) == 2)
            calling.end(kyiv)  # Nobody is heard about either.
            calling.end(vinnytsia)
            calling.sound(KYIV)
            await until(lambda: len(receiver.calls) == 3)
            before = receiver.said
            calling.say(begin(area=UKRAINE.get(KYIV).code))
            await stays(receiver, *before)
        assert before[-1] == KYIV_BEGINS
        assert calling.calls.behind == 1

    with receivers() as (receiver,):
        running(story(receiver))


async def stays(receiver, *said):
    """See that nothing more is said, over a few of the times at which it is thought of again."""
    for _ in range(5):
        await asyncio.sleep(calls.HELD_S)
        assert receiver.said == list(said)


def test_what_was_not_told_before_a_restart_is_told_after_it_and_nothing_twice(tmp_path):
    path = tmp_path / "webhooks"

    async def story(up, down):
        calling = Calling(up, down, path=path)
        down.status = 503
        async with registered(calling, up, down):
            calling.sound(KYIV)
            calling.sound(LVIV)
            await up.hears(KYIV_BEGINS, LVIV_BEGINS)
            await until(lambda: down.calls and calling.calls.behind == 1)
        down.status, down.calls = 200, []
        calling.start()
        async with calling.at_work():
            await until(lambda: len(down.calls) >= 2)
            calling.sound(VINNYTSIA)
            await up.hears(KYIV_BEGINS, LVIV_BEGINS, VINNYTSIA_BEGINS)
            await until(lambda: calling.calls.behind == 0)
        assert sorted(down.said) == sorted([KYIV_BEGINS, LVIV_BEGINS, VINNYTSIA_BEGINS])

    with receivers(2) as both:
        running(story(*both))


def test_what_ended_while_a_server_was_down_is_told_when_it_is_back(tmp_path):
    path = tmp_path / "webhooks"

    async def story(receiver):
        calling = Calling(receiver, path=path)
        async with registered(calling, receiver):
            (alert,) = calling.sound(KYIV)
            await receiver.hears(KYIV_BEGINS)
            await until(lambda: calling.calls.behind == 0)
        calling.end(alert)  # Another core has recorded it.
        calling.start()
        async with calling.at_work():
            await receiver.hears(KYIV_BEGINS, KYIV_ENDS)

    with receivers() as (receiver,):
        running(story(receiver))


def test_callers_that_fail_begin_again_with_what_was_not_told():
    async def story(receiver):
        calling = Calling(receiver)
        receiver.status = 503
        async with registered(calling, receiver):
            calling.sound(KYIV)
            await until(lambda: calling.calls.failed >= 1)
        receiver.status, receiver.calls = 200, []
        async with calling.at_work():
            await receiver.hears(KYIV_BEGINS)

    with receivers() as (receiver,):
        running(story(receiver))


def test_who_takes_no_call_for_a_day_is_forgotten_and_the_log_says_so(tmp_path):
    path = tmp_path / "webhooks"

    async def story(dead, alive):
        calling = Calling(dead, alive, path=path)
        dead.status = 500
        async with registered(calling, dead, alive):
            calling.sound(KYIV)
            await until(lambda: calling.calls.failed >= calls.FORGET_FAILURES)
            assert len(calling.known) == 2
            calling.seconds += calls.FORGET_AFTER.total_seconds() + 60
            await until(lambda: len(calling.known) == 1)
            assert calling.calls.forgotten == 1
            await until(lambda: key_of("key 0") not in path.read_text())

    with receivers(2) as both, capture_logs() as log:
        running(story(*both))
    (said,) = [line for line in log if line["event"] == "webhook_forgotten"]
    assert said["host"] == "127.0.0.1"
    assert "/alarm" not in json.dumps(said)


def test_a_server_that_was_off_for_a_day_does_not_forget_at_the_first_failure(tmp_path):
    path = tmp_path / "webhooks"

    async def story(receiver):
        calling = Calling(receiver, path=path)
        receiver.status = 500
        async with registered(calling, receiver):
            calling.sound(KYIV)
            await until(lambda: calling.calls.failed >= 1)
        calling.seconds += calls.FORGET_AFTER.total_seconds() + 60
        calling.start()
        async with calling.at_work():
            await until(lambda: calling.calls.failed >= 2)
            receiver.status = 200
            await until(lambda: calling.calls.behind == 0)
        assert len(calling.known) == 1

    with receivers() as (receiver,):
        running(story(receiver))


def test_a_replay_calls_nobody_whoever_is_in_its_file(tmp_path):
    path = tmp_path / "webhooks"

    async def story(receiver):
        before = Calling(receiver, path=path)
        await before.register(receiver.host)
        calling = Calling(receiver, path=path, replay=True)
        async with calling.at_work():
            assert len(calling.known) == 1
            calling.sound(KYIV)
            calling.dialects.webhooks._changes.take()  # As if something were owed from before.
            calling.calls.tell()
            await stays(receiver)
            assert calling.calls.behind == 1

    with receivers() as (receiver,):
        running(story(receiver))


def test_a_change_costs_nothing_where_nobody_is_registered():
    abroad = Abroad()
    abroad.sound(KYIV)

    assert abroad.dialects.webhooks._changes.number == 0
