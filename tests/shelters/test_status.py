"""
Goal: unknown is never open; the order in which words arrive changes nothing; no flood of reports
closes a shelter; and what is kept, though bounded, tells what the whole of it would have told.

Method: 10,000 random histories against a model that keeps everything and reads the rules off
decision 0024 one by one; each history told in its order and in two others. Then one example of each
rule. Control: three weakened rules, each of which the same histories must tell from the true one.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from tests.shelters.sayings import SENDERS, at, counts, reports, says, told

from tocsin.kernel.time import parse_rfc3339, rfc3339
from tocsin.shelters import status
from tocsin.shelters.messages import SourceKind, State
from tocsin.shelters.status import (
    NOTHING,
    Count,
    Inside,
    Report,
    Rules,
    Statement,
    effective,
    with_count,
    with_inside,
    with_report,
    with_statement,
)

HISTORIES = 10_000
CAPACITY = 100
RULES = Rules(phones=3)
TAKE = {Statement: with_statement, Inside: with_inside, Count: with_count, Report: with_report}
CAUTION = list(State)


def a_history(chance):
    """Say 1 to 14 things within three hours, with moments that collide and ends that nest."""
    said = []
    for _ in range(chance.randint(1, 14)):
        moment = 60 * chance.randint(0, 180)
        kind = chance.random()
        if kind < 0.5:
            source = chance.choice(list(SourceKind))
            ends = None if chance.random() < 0.2 else at(moment + 60 * chance.randint(1, 120))
            state = chance.choice(CAUTION)
            said.append(Statement(source, SENDERS[source], at(moment), state, None, ends))
        elif kind < 0.6:
            said.append(Inside(at(moment), chance.randint(0, 120)))
        elif kind < 0.75:
            said.append(Count(at(moment), chance.randint(-20, 40)))
        else:
            phone = f"{chance.randint(1, 5):016x}"
            said.append(Report(at(moment), phone, chance.random() < 0.8))
    return said


def folded(said):
    known = NOTHING
    for one in said:
        known = TAKE[type(one)](known, one)
    return known


def earlier(moment, seconds):
    return rfc3339(parse_rfc3339(moment) - timedelta(seconds=seconds))


def newest(words):
    return max(
        words,
        key=lambda w: (w.at, CAUTION.index(w.state), w.expires_at or "9", w.sender),
        default=None,
    )


def _newer_and_worse(sensor, word):
    return sensor.at > word.at and CAUTION.index(sensor.state) > CAUTION.index(word.state)


def by_the_book(said, moment):
    """Read the state off everything that was ever said; None is unknown."""
    words = [w for w in said if isinstance(w, Statement)]
    valid = [w for w in words if w.expires_at is None or w.expires_at > moment]
    official = newest([w for w in valid if w.source == "official"])
    word = newest([w for w in valid if w.source != "sensor"])
    sensor = newest([w for w in valid if w.source == "sensor"])
    if official is not None and official.state is State.DAMAGED:
        word = official
    elif word is None or (sensor is not None and _newer_and_worse(sensor, word)):
        word = sensor
    day_before = earlier(moment, 86_400)
    inside = max((i for i in said if isinstance(i, Inside)), default=None)
    inside = inside if inside is not None and inside.at > day_before else None
    since = day_before if inside is None else inside.at
    nets = [c.net for c in said if isinstance(c, Count) and c.at > since]
    occupancy = None
    if inside is not None or nets:
        occupancy = max(0, (inside.people if inside else 0) + sum(nets))
    state = None if word is None else word.state
    if state in {State.OPEN, State.FILLING} and occupancy is not None:
        state = State.FILLING if occupancy * 100 // CAPACITY >= RULES.filling else state
        state = State.FULL if occupancy * 100 // CAPACITY >= RULES.full else state
    last = {}
    for one in sorted((r for r in said if isinstance(r, Report)), key=lambda r: (r.at, r.closed)):
        last[one.phone] = one
    counted = [
        r
        for r in last.values()
        if r.at > earlier(moment, status.REPORT_LASTS_S) and (word is None or r.at > word.at)
    ]
    closed = sum(r.closed for r in counted)
    doubted = closed >= RULES.phones and closed * 2 > len(counted)
    return state, occupancy, closed, doubted


def shown(known, moment):
    now = effective(known, moment, CAPACITY, RULES)
    return now.state, now.occupancy, now.closed_reports, now.doubted


def test_ten_thousand_histories_are_told_by_the_book_in_whatever_order_they_arrive():
    chance = Random(20230126)
    opened = 0
    for _ in range(HISTORIES):
        said = a_history(chance)
        known = folded(said)
        shuffled = chance.sample(said, len(said))
        assert folded(shuffled) == known, said
        assert folded(reversed(said)) == known, said
        for _ in range(3):
            moment = at(60 * chance.randint(180, 420))
            now = shown(known, moment)
            assert now == by_the_book(said, moment), (said, moment)
            words = [w for w in said if isinstance(w, Statement)]
            if not any(w.expires_at is None or w.expires_at > moment for w in words):
                assert now[0] is None, "nobody's word is valid, so nobody knows"
            opened += now[0] is State.OPEN
    assert opened > HISTORIES / 10, "the histories reach what they are about"


def _sensor_may_open(valid):
    return status._newest(valid)


def _reports_close(told_, moment, capacity, rules):
    now = effective(told_, moment, capacity, rules)
    return now._replace(state=State.CLOSED) if now.doubted else now


def _forgets_expiry(told_, moment, capacity, rules):
    del moment
    return effective(told_, at(0), capacity, rules)


@pytest.mark.parametrize("weakened", ["sensor may open", "reports close", "nothing expires"])
def test_weakened_rules_are_told_from_the_true_ones(weakened, monkeypatch):
    judge = effective
    if weakened == "sensor may open":
        monkeypatch.setattr(status, "_word", _sensor_may_open)
    elif weakened == "reports close":
        judge = _reports_close
    else:
        judge = _forgets_expiry
    chance = Random(4)
    wrong = 0
    for _ in range(400):
        said = a_history(chance)
        moment = at(60 * chance.randint(180, 420))
        now = judge(folded(said), moment, CAPACITY, RULES)
        found = (now.state, now.occupancy, now.closed_reports, now.doubted)
        wrong += found != by_the_book(said, moment)
    assert wrong > 0


def test_no_word_is_unknown_and_unknown_lets_nobody_in():
    now = told().effective(at())

    assert now.state is None
    assert not now.lets_in


def test_a_word_that_has_run_out_leaves_what_was_said_for_longer():
    shelter = told(
        says(State.OPEN, SourceKind.OFFICIAL, 0, expires_at=at(7_200)),
        says(State.CLOSED, SourceKind.OFFICIAL, 60, expires_at=at(600)),
    )

    assert shelter.effective(at(599)).state is State.CLOSED
    assert shelter.effective(at(600)).state is State.OPEN
    assert shelter.effective(at(7_200)).state is None


def test_damage_that_an_official_found_is_lifted_by_an_official_alone():
    damaged = told(says(State.DAMAGED, SourceKind.OFFICIAL), says(State.OPEN, seconds=60))

    assert damaged.effective(at(61)).state is State.DAMAGED
    mended = told(says(State.OPEN, SourceKind.OFFICIAL, 120), shelter=damaged)
    assert mended.effective(at(121)).state is State.OPEN


def test_a_sensor_speaks_where_nobody_else_does_and_else_only_for_the_worse():
    alone = told(says(State.OPEN, SourceKind.SENSOR))
    after_a_keeper = told(says(State.CLOSED), says(State.OPEN, SourceKind.SENSOR, 60))
    for_the_worse = told(says(State.OPEN), says(State.FULL, SourceKind.SENSOR, 60))

    assert alone.effective(at(1)).state is State.OPEN
    assert after_a_keeper.effective(at(61)).state is State.CLOSED
    assert for_the_worse.effective(at(61)).state is State.FULL


def test_who_is_inside_makes_open_filling_and_full_and_never_opens_a_door():
    filling = told(says(State.OPEN), counts(70, seconds=1))
    full = told(says(State.OPEN), counts(97, 2, seconds=1))
    closed = told(says(State.CLOSED), counts(1, seconds=1))
    emptied = told(says(State.OPEN), counts(97, seconds=1), counts(0, 60, seconds=2, command=3))

    assert filling.effective(at(2)).state is State.FILLING
    assert full.effective(at(2)).state is State.FULL
    assert closed.effective(at(2)).state is State.CLOSED
    assert emptied.effective(at(3)).state is State.OPEN
    assert emptied.effective(at(3)).occupancy == 37


def test_somebody_who_counted_heads_is_right_and_later_counts_add_to_that():
    shelter = told(
        counts(50, seconds=1), says(None, seconds=10, occupancy=20), counts(3, seconds=11)
    )

    assert shelter.effective(at(12)).occupancy == 23


def test_one_phone_counts_once_however_often_it_reports():
    shelter = told(*(reports(1, 700 * n) for n in range(5)))

    now = shelter.effective(at(2_801), RULES)
    assert (now.closed_reports, now.doubted) == (1, False)


@pytest.mark.parametrize("state", [None, State.OPEN, State.FILLING])
def test_no_flood_of_reports_closes_a_shelter(state):
    words = () if state is None else (says(state),)
    shelter = told(*words, *(reports(phone, 60) for phone in range(10_000)))

    now = shelter.effective(at(61))
    assert now.state is state
    assert now.doubted
    assert len(shelter.told.reports) == status.PHONES_KEPT


def test_fewer_phones_than_the_rule_wants_change_nothing_but_the_warning():
    shelter = told(says(State.OPEN), *(reports(phone, 60) for phone in range(RULES.phones - 1)))

    now = shelter.effective(at(61), RULES)
    assert (now.state, now.closed_reports, now.doubted) == (State.OPEN, RULES.phones - 1, False)
    assert now.last_report_at == at(60)


def test_a_keepers_later_word_takes_the_doubt_away():
    shelter = told(
        says(State.OPEN), *(reports(p, 60) for p in range(9)), says(State.OPEN, seconds=90)
    )

    assert shelter.effective(at(91)).closed_reports == 0


def test_what_is_kept_of_a_source_is_bounded():
    shelter = told(
        *(says(State.OPEN, seconds=n, expires_at=at(40_000 - n), command=n + 1) for n in range(200))
    )

    assert len(shelter.told.statements) == status.STATEMENTS_KEPT
    assert shelter.effective(at(300)).since == at(199)


def test_a_busy_door_is_counted_right_all_day():
    """A phone that sends a count every 12 s for nine hours sends 2,700, and none is lost."""
    chance = Random(7)
    nets = [chance.randint(-9, 10) for _ in range(2_700)]
    known = NOTHING
    for number, net in enumerate(nets):
        known = with_count(known, Count(at(12 * number), net))

    now = effective(known, at(12 * 2_700))
    assert now.occupancy == max(0, sum(nets))
    assert len(known.counts) < 301 + 9 * 60


def test_a_count_of_yesterday_says_nothing_of_who_is_inside():
    assert told(counts(50)).effective(at(86_400)).occupancy is None
