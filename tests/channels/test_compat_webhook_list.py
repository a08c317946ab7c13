"""
Goal: who registered is known after every restart, and the file gives nothing away.

Method: real files; a server that starts again reads what another has written.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

import pytest
from tests.channels.abroad import KYIV, LVIV, Abroad

from tocsin.channels import compat_webhook_list as lists
from tocsin.channels.compat_webhook_changes import Changes
from tocsin.channels.compat_webhook_list import WebhookList, key_of, webhooks_path
from tocsin.kernel.errors import Refused, Unavailable
from tocsin.kernel.wire import Place

URL = "https://hooks.test/alarm"


def list_of(abroad, path, *, load=True):
    """A list as a server that starts would have it."""
    changes = Changes(abroad.answering, lambda: abroad.seconds)
    webhooks = WebhookList(path, changes)
    if load:
        webhooks.load(lambda url: "named" not in url)
    return webhooks, changes


def put(webhooks, key="key", url=URL):
    asyncio.run(webhooks.put(key_of(key), url))
    return webhooks.find(key_of(key))


def test_a_registration_is_in_the_file_when_it_is_answered(tmp_path):
    path = tmp_path / "here.db.webhooks"
    webhooks, _ = list_of(Abroad(), path)
    put(webhooks)
    again, _ = list_of(Abroad(), path)

    assert [one.url for one in again] == [URL]
    asyncio.run(webhooks.remove(webhooks.find(key_of("key"))))
    assert [one.url for one in list_of(Abroad(), path)[0]] == []


def test_the_file_lies_beside_the_ledger_for_its_owner_alone_and_holds_no_key(tmp_path):
    path = webhooks_path(tmp_path / "here.db")
    webhooks, _ = list_of(Abroad(), path)
    put(webhooks, key="the very long key")

    assert path.name == "here.db.webhooks"
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"the very long key" not in path.read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_how_far_each_has_come_is_kept_and_what_changed_meanwhile_is_found(tmp_path):
    path = tmp_path / "webhooks"
    abroad = Abroad()
    webhooks, changes = list_of(abroad, path)
    (alert,) = abroad.sound(KYIV)
    put(webhooks)
    abroad.sound(LVIV)
    changes.take()
    asyncio.run(webhooks.save())
    abroad.end(alert)  # Told to nobody: as if this server had been down.

    again, found = list_of(abroad, path)
    (webhook,) = again
    found.take()
    assert webhook.told == 1
    owed = [one for one in found.newest.values() if not webhook.was_told(one)]
    assert sorted((one.uid, one.ends) for one in owed) == [(27, False), (31, True)]


def test_those_of_another_record_are_told_all_that_stands(tmp_path):
    path = tmp_path / "webhooks"
    abroad = Abroad()
    webhooks, changes = list_of(abroad, path)
    (alert,) = abroad.sound(KYIV)
    put(webhooks)
    changes.place = Place("another", 900)
    asyncio.run(webhooks.save())

    again, found = list_of(abroad, path)
    found.take()
    (webhook,) = again
    assert [webhook.was_told(one) for one in found.newest.values()] == [False]
    abroad.end(alert)
    found.take()
    assert [one.ends for one in found.newest.values()] == [True]


def test_an_end_that_somebody_was_not_told_yet_stays_in_the_file(tmp_path):
    path = tmp_path / "webhooks"
    abroad = Abroad()
    webhooks, changes = list_of(abroad, path)
    (alert,) = abroad.sound(KYIV)
    behind, ahead = put(webhooks, "behind"), put(webhooks, "ahead")
    abroad.end(alert)
    changes.take()
    ahead.told = 2
    asyncio.run(webhooks.save())
    assert [one.ends for one in list_of(abroad, path)[1].newest.values()] == [True]
    behind.told = 2
    asyncio.run(webhooks.save())

    assert list_of(abroad, path)[1].newest == {}


def test_whoever_is_new_is_not_told_what_stands_already(tmp_path):
    abroad = Abroad()
    webhooks, changes = list_of(abroad, tmp_path / "webhooks")
    abroad.sound(KYIV)
    webhook = put(webhooks)

    assert changes.number == webhook.told == 1


def test_another_address_of_the_same_key_goes_on_where_the_first_was_at_once(tmp_path):
    abroad = Abroad()
    webhooks, changes = list_of(abroad, tmp_path / "webhooks")
    before = put(webhooks)
    before.failures, before.failing_since, before.waits = 7, "2023-01-26T05:45:43.000Z", True
    before.ahead = {(31, "AIR"): 1}
    abroad.sound(KYIV)
    changes.take()
    after = put(webhooks, url=URL + "/new")

    assert len(webhooks) == 1
    assert after.ahead == {(31, "AIR"): 1}
    assert (after.told, after.failures, after.failing_since, after.waits) == (0, 0, None, False)


def test_there_is_a_bound_for_all_and_one_for_each_host(monkeypatch):
    monkeypatch.setattr(lists, "WEBHOOKS_MOST", 3)
    monkeypatch.setattr(lists, "WEBHOOKS_PER_HOST", 2)
    webhooks, _ = list_of(Abroad(), None)
    put(webhooks, "1", "https://one.test/1")
    put(webhooks, "2", "https://one.test?2")
    with pytest.raises(Refused, match=r"compat\.webhooks_full"):
        put(webhooks, "3", "https://one.test/3")
    put(webhooks, "4", "https://two.test/4")
    with pytest.raises(Refused, match=r"compat\.webhooks_full"):
        put(webhooks, "5", "https://three.test/5")

    put(webhooks, "2", "https://one.test/again")  # Who is in may change.
    assert len(webhooks) == 3


def test_who_is_not_named_any_more_is_called_no_more(tmp_path):
    path = tmp_path / "webhooks"
    webhooks, _ = list_of(Abroad(), path)
    put(webhooks)
    put(webhooks, "other", "https://no-more-named.test/")

    assert [one.url for one in list_of(Abroad(), path)[0]] == [URL]


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"shape": 1}', b"\xff"])
def test_a_damaged_file_is_put_aside_and_the_server_starts(tmp_path, text):
    path = tmp_path / "webhooks"
    path.write_bytes(text)
    webhooks, _ = list_of(Abroad(), path)

    assert len(webhooks) == 0
    assert (tmp_path / "webhooks.unread").read_bytes() == text
    put(webhooks)
    assert len(list_of(Abroad(), path)[0]) == 1


def test_a_file_of_another_shape_is_put_aside_too(tmp_path):
    path = tmp_path / "webhooks"
    put(list_of(Abroad(), path)[0])
    later = json.loads(path.read_bytes()) | {"shape": lists.SHAPE + 1}
    path.write_text(json.dumps(later))

    assert len(list_of(Abroad(), path)[0]) == 0
    assert (tmp_path / "webhooks.unread").exists()


def test_what_cannot_be_written_is_not_registered(tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    webhooks, _ = list_of(Abroad(), folder / "webhooks")
    put(webhooks)
    for one in folder.iterdir():
        one.unlink()
    folder.rmdir()

    with pytest.raises(Unavailable, match=r"compat\.webhooks_unwritable"):
        put(webhooks, "another")
    with pytest.raises(Unavailable, match=r"compat\.webhooks_unwritable"):
        put(webhooks, url=URL + "/new")
    assert [one.url for one in webhooks] == [URL]
    folder.mkdir()
    asyncio.run(webhooks.save_noted())  # What could not be written is not forgotten.
    assert len(list_of(Abroad(), folder / "webhooks")[0]) == 1


def test_a_write_that_is_cancelled_is_made_up_for_and_never_comes_last(tmp_path):
    path = tmp_path / "webhooks"
    webhooks, _ = list_of(Abroad(), path)

    async def story():
        await webhooks.put(key_of("key"), URL)
        (webhook,) = webhooks
        for told in range(1, 30):
            webhook.told = told
            webhooks.note()
            saving = asyncio.get_running_loop().create_task(webhooks.save_noted())
            await asyncio.sleep(0)
            saving.cancel()
            with suppress(asyncio.CancelledError):
                await saving
        await webhooks.save_noted()

    asyncio.run(story())
    assert json.loads(path.read_bytes())["webhooks"][0][2] == 29


def test_it_is_written_only_when_there_is_something_new(tmp_path):
    path = tmp_path / "webhooks"
    webhooks, _ = list_of(Abroad(), path)
    put(webhooks)
    path.unlink()
    asyncio.run(webhooks.save_noted())
    assert not path.exists()
    webhooks.note()
    asyncio.run(webhooks.save_noted())

    assert path.exists()
