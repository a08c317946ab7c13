"""
Planted bugs: each replaces one honest part by one that breaks a single rule.

The simulator is worth what it finds. Every bug here has to be caught within a few seeds, by the
same checkers that find nothing wrong with the honest system; the count is printed. Each is a bug
that somebody once shipped, or that a reviewer would let pass on a bad day.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
from tests.sim.disk import SimLedger
from tests.sim.listeners import Page, Picture, Relay, Siren, picture_of
from tests.sim.parts import HONEST, Parts

from tocsin.alerts import alert
from tocsin.alerts.alert import AreaAlerts
from tocsin.alerts.messages import AllClearGiven, DrillGaveWay
from tocsin.client.standing import Standing
from tocsin.commands import Desk
from tocsin.commands.draft import Draft
from tocsin.edge.hub import Hub
from tocsin.edge.topics import Interest
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.wire import Place
from tocsin.kernel.words import Relation
from tocsin.views.projections import Projections


class AckBeforeCommit(SimLedger):
    """Answers once the events are written, and syncs when it gets round to it."""

    def _write(self, sealed, answers):
        super(SimLedger, self)._commit(sealed, answers)
        self.disk.world.after(1.0, self.disk.sync)
        self.disk.moment("written")


class PublishBeforeCommit(SimLedger):
    """Tells everybody what it is about to make durable: it saves some milliseconds."""

    def _write(self, sealed, answers):
        super(SimLedger, self)._commit(sealed, answers)
        self.publish()
        self.disk.moment("written")
        self.disk.sync()
        self.disk.moment("synced")


class ForgetfulLedger(SimLedger):
    """Does not remember which commands it has answered."""

    def answered(self, _):
        return None

    def answers(self, _):
        return {}

    def append(self, batches, recorded_at):
        for batch in batches:
            self.shelf.answers.pop(batch.command_id, None)
        return super().append(batches, recorded_at)


class HastyDesk(Desk):
    """Moves its board on whether or not the commit succeeded."""

    def _append(self, requests, batches, written, answers, draft):
        super()._append(requests, batches, written, answers, draft)
        if any(isinstance(answer, Unavailable) for answer in answers):
            draft.settle(self.board, self.board.position)


class StubbornDesk(Desk):
    """Takes note that somebody else wrote, and not of what."""

    def catch_up(self):
        self.board.position = self.register.position = self._ledger.end()


class NoBoardAfterAGap(Hub):
    """Lets a reader go on where it likes, whether or not all that it missed is at hand."""

    def _news(self, asked):
        gap = asked.since is not None and self._kept.since(asked.since, self.place) is None
        return b"" if gap else super()._news(asked)


class NoBoardAfterAStall(Hub):
    """Lets a reader that had stopped reading go on as if it had missed nothing."""

    def _catch_up(self, *_):
        return b""


class KeepsTheLastMessagesOnly(Hub):
    """Forgets that it has forgotten messages."""

    def _take_message(self, line):
        super()._take_message(line)
        while len(self._kept) > 1:
            self._kept._messages.popleft()


class NoBoardWhenTheCoreIsBack(Hub):
    """Believes that nothing has happened while the core was not heard."""

    def _publish_board(self):
        self._returning.forget()


class BeatsForADeadCore(Hub):
    """Goes on with the last heartbeat, so that nobody is alarmed."""

    def silent(self, lost):
        self._quiet, last = lost, self._heartbeat
        if lost and last is not None:
            self._timer.call_later(5.0, self._beat_on, last)

    def _beat_on(self, last):
        if self._quiet:
            self._telling.event("heartbeat", last.body)
            self._timer.call_later(5.0, self._beat_on, last)


def load_without_what_came_after(ledger: Any) -> Projections:
    """Start from the snapshots and believe that nothing came after them."""
    catch_up, Projections.catch_up = Projections.catch_up, lambda *_: None
    try:
        return Projections.load(ledger)
    finally:
        Projections.catch_up = catch_up


_HONEST_RELATION = Interest.relation


def _nothing_of_parts(interest, area, above):
    """Tells a region's page of the region, and not of the alerts raised for its districts."""
    relation = _HONEST_RELATION(interest, area, above)
    return None if relation is Relation.INSIDE else relation


def _nothing_of_regions(interest, area, above):
    """Tells a district's page of the district, and not of the alerts raised for its region."""
    relation = _HONEST_RELATION(interest, area, above)
    return None if relation is Relation.AROUND else relation


class SoundsAgain(Page):
    """Does not remember across a lost link what it has sounded for."""

    def connect(self):
        self._fresh = set()
        super().connect()

    def is_new(self, alert_id):
        new = alert_id not in self._fresh
        self._fresh.add(alert_id)
        return new


class NeverStale(Page):
    """Believes that no news is good news."""

    def silent_s(self):
        return 0.0


class ClearsByTheClock(Page):
    """Takes an alert off the screen when it has been there for three minutes."""

    def picture(self):
        shown = getattr(self, "_since", {})
        self._since = {alert: shown.get(alert, self.world.now) for alert in super().picture()}
        return frozenset(a for a, since in self._since.items() if self.world.now - since < 180)


class BelievesTheHeartbeat(Page):
    """Comes back from the position of the last heartbeat, seen or not."""

    def take(self, name, data, place):
        super().take(name, data, place)
        if name == "heartbeat" and self.place is not None:
            self.place = Place(data["epoch"], max(self.place.position, data["position"]))


class OrdersByTheClock(Page):
    """Ignores what happened earlier, by the sender's clock, than what it has heard of."""

    def take(self, name, data, place):
        if name == "board":
            self._latest = data["as_of"]
        elif name != "heartbeat":
            if data["at"] < getattr(self, "_latest", ""):
                return
            self._latest = data["at"]
        super().take(name, data, place)


class OneHazardAtATime(Standing):
    """Shows the alert that a message is about in place of all that stands in its area."""

    def take(self, name, data):
        if name in {"alert", "update"}:
            data = {**data, "standing": [data["alert"]]}
        return super().take(name, data)


class ShowsOneHazard(Page):
    """A page that reads `alert` and not `standing`."""

    def __init__(self, *args):
        super().__init__(*args)
        self.standing = OneHazardAtATime()


class IgnoresGaps(Relay):
    """Takes whatever is later than what it knows."""

    def follows(self, *_):
        return True


class LastWordWins(Siren):
    """Acts on whatever comes last, however old it is."""

    def is_later(self, area, version):
        return version != self.versions.get(area, 0)


class SoundsWhatItHears(Siren):
    """Acts on the alert that a message is about, and not on what stands."""

    def read(self, message) -> Picture:
        return picture_of([message["alert"]] if message["alert"] else [])


_HONEST_RAISE = alert._raise


def _drill_that_ends_an_actual_alert(area, command, nearby):
    if not command.status.drill or not area.standing:
        return _HONEST_RAISE(area, command, nearby)
    writing = alert._Writing(command)
    for standing in area.standing:
        if not standing.status.drill:
            gone = DrillGaveWay(alert=standing.id)
            writing.add(command.area, area.version, gone, standing.status)
    return writing.events() or _HONEST_RAISE(area, command, nearby)


def _drill_beside_an_actual_alert(area, command, nearby):
    if not command.status.drill:
        return _HONEST_RAISE(area, command, nearby)
    actual = tuple(alert for alert in area.standing if alert.status.drill)
    return _HONEST_RAISE(AreaAlerts(area.version, actual), command, ())


_HONEST_END = alert._end


def _anybody_ends_anything(area, standing, command):
    writing = alert._Writing(command)
    gone = AllClearGiven(alert=standing.id)
    writing.add(command.area, area.version, gone, standing.status)
    return writing.events()


def _an_observer_outvotes(area, standing, command):
    holders = tuple(msgspec.structs.replace(h, rank=command.rank) for h in standing.holders)
    return _HONEST_END(area, msgspec.structs.replace(standing, holders=holders), command)


def _with(**changes: Any) -> Parts:
    return replace(HONEST, **changes)


def _swap(owner: Any, name: str, value: Any) -> Parts:
    return _with(swapped=((owner, name, value),))


PLANTED: dict[str, Parts] = {
    "answered before it is on disk": _with(ledger=AckBeforeCommit),
    "published before it is on disk": _with(ledger=PublishBeforeCommit),
    "no idempotency": _with(ledger=ForgetfulLedger),
    "board moved on by a failed commit": _with(desk=HastyDesk),
    "a conflict passed over": _with(desk=StubbornDesk),
    "a refused request leaves its trace": _swap(Draft, "forget", Draft.keep),
    "a drill ends an actual alert": _swap(alert, "_raise", _drill_that_ends_an_actual_alert),
    "a drill beside an actual alert": _swap(alert, "_raise", _drill_beside_an_actual_alert),
    "anybody ends anything": _swap(alert, "_end", _anybody_ends_anything),
    "an observer outvotes an authority": _swap(alert, "_end", _an_observer_outvotes),
    "a start from an old snapshot": _with(load=load_without_what_came_after),
    "a gap without a board": _with(hub=NoBoardAfterAGap),
    "a stall without a board": _with(hub=NoBoardAfterAStall),
    "messages forgotten unnoticed": _with(hub=KeepsTheLastMessagesOnly),
    "a core back without a board": _with(hub=NoBoardWhenTheCoreIsBack),
    "heartbeats for a dead core": _with(hub=BeatsForADeadCore),
    "a region hears nothing of its districts": _swap(Interest, "relation", _nothing_of_parts),
    "a district hears nothing of its region": _swap(Interest, "relation", _nothing_of_regions),
    "sounded again after a lost link": _with(page=SoundsAgain),
    "never stale": _with(page=NeverStale),
    "all-clear by the clock": _with(page=ClearsByTheClock),
    "back from the heartbeat's position": _with(page=BelievesTheHeartbeat),
    "ordered by the wall clock": _with(page=OrdersByTheClock),
    "one hazard hides another": _with(page=ShowsOneHazard),
    "gaps ignored": _with(relay=IgnoresGaps),
    "versions ignored": _with(siren=LastWordWins),
    "the alert and not what stands": _with(siren=SoundsWhatItHears),
}
