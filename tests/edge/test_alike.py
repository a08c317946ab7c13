"""
Goal: one answer of the core serves all who ask in the same words, and never one that is not theirs.

Method: a relay and a loop of a few lines each, so that a test says when the core is asked, what it
answers, what stands and what time it is; then a real edge with a small core, asked by many at once,
and a real server.
"""

from __future__ import annotations

import threading

import pytest
from tests.edge.doorstep import open_doorstep, within

from tocsin.edge import alike
from tocsin.edge.alike import SharedAnswers, shareable
from tocsin.edge.request import Request
from tocsin.edge.upstream import Head
from tocsin.edge.words import key_of
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.wire import Place
from tocsin.web.files import FOR_ALL, SHARED

HOST = (b"host", b"x")
UKRAINIAN = (b"accept-language", b"uk")
REMEMBERED = (b"cookie", b"areas=UA-30; lang=uk")
BUSY = Unavailable("server.busy", "Too many want something at once.", retry_after_s=1)


class Loop:
    """A clock that a test turns, and what is due by it."""

    def __init__(self):
        self.now = 100.0
        self.later = []

    def time(self):
        return self.now

    def call_soon(self, function, *arguments):
        self.call_at(self.now, function, *arguments)

    def call_at(self, when, function, *arguments):
        self.later.append((when, function, arguments))

    def turn(self, seconds=0.0):
        """Go on in time, and do once what is due."""
        self.now += seconds
        due = [one for one in self.later if one[0] <= self.now]
        self.later = [one for one in self.later if one[0] > self.now]
        for _, function, arguments in due:
            function(*arguments)


class Question:
    """The exchange with the core, as far as a fetch looks at it."""

    def __init__(self, request, asker):
        self.request, self.asker = request, asker
        self.head = None
        self.over = False

    def abandon(self):
        self.over = True

    def comes(self, body=b"page", *, status=200, headers=(), length=4, mark=b"e:7"):
        """Let the core answer."""
        self.head = Head(status, b"OK", list(headers), length, b"", mark)
        self.asker.answer(b"HTTP/1.1 200 OK\r\n\r\n" + body)
        if not self.over:
            self.over = True
            self.asker.answered(close=False)


class Relay:
    """The way to a core that answers when a test says so."""

    def __init__(self):
        self.loop = Loop()
        self.at = Place("e", 7)
        self.questions = []
        self.full = False

    def place(self):
        return self.at

    def ask(self, request, asker, _address, _scheme):
        if self.full:
            raise BUSY
        self.questions.append(Question(request, asker))
        return self.questions[-1]


class Client:
    """A connection that waits."""

    def __init__(self, request):
        self.request = request
        self.got = b""
        self.whole = self.alone = False
        self.error = None

    def answer(self, data):
        self.got += data

    def answered(self, *, close):
        self.whole, self.closes = True, close

    def fail(self, error):
        self.error = error

    def ask_alone(self):
        self.alone = True


class Hall:
    """Shared answers of one edge, and clients that come to it."""

    def __init__(self):
        self.relay = Relay()
        self.loop = self.relay.loop
        self.board = object()
        self.answers = SharedAnswers(self.relay, lambda: self.board)

    @property
    def questions(self):
        return self.relay.questions

    def change(self):
        """Let something happen."""
        self.board = object()
        self.relay.at = Place("e", self.relay.at.position + 1)

    def come(self, target=b"/", *headers):
        """Let a client ask; it waits, asks alone, or has its answer already."""
        request = Request(b"GET", target, [HOST, *headers])
        client, key = Client(request), key_of(request)
        said = self.answers.kept(key, request)
        if said:
            client.got, client.whole = said, True
            return client
        client.seat = self.answers.ask(key, request, client, "198.51.100.1", b"http")
        client.alone = client.seat is None
        return client


@pytest.fixture
def hall():
    return Hall()


# --- Once for all ---------------------------------------------------------------------------------


def test_all_who_ask_in_the_same_words_are_answered_by_one_question(hall):
    waiting = [hall.come() for _ in range(3)]
    (question,) = hall.questions
    question.comes(b"page")
    late = hall.come()

    assert len(hall.questions) == 1
    assert {client.got for client in (*waiting, late)} == {b"HTTP/1.1 200 OK\r\n\r\npage"}
    assert all(client.whole for client in waiting)


def test_other_words_are_another_question(hall):
    for target, *headers in (
        (b"/",), (b"/?area=UA-30",), (b"/", UKRAINIAN), (b"/", (b"accept-encoding", b"br, gzip")),
        (b"/", REMEMBERED), (b"/", (b"cookie", b"areas=UA-46")),
    ):  # fmt: skip
        hall.come(target, *headers)
    elsewhere = key_of(Request(b"GET", b"/", [(b"host", b"y")]))

    assert len(hall.questions) == 6
    assert elsewhere != key_of(Request(b"GET", b"/", [HOST]))


def test_the_core_hears_the_words_and_nothing_else_of_who_asks(hall):
    hall.come(
        b"/?q=a", (b"user-agent", b"me"), (b"accept-encoding", b"gzip, br"), UKRAINIAN,
        (b"if-none-match", b"*"), (b"x-anything", b"mine"), REMEMBERED,
    )  # fmt: skip
    asked = hall.questions[0].request

    assert (asked.method, asked.target, asked.body) == (b"GET", b"/?q=a", b"")
    assert asked.headers == [HOST, UKRAINIAN, REMEMBERED, (b"accept-encoding", b"gzip")]


def test_who_ends_the_connection_is_told_that_it_ends(hall):
    request = Request(b"GET", b"/", [HOST], keep_alive=False)
    client = Client(request)
    hall.answers.ask(key_of(request), request, client, "", b"http")
    hall.questions[0].comes(b"a\r\n\r\nb")

    assert client.got == b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\na\r\n\r\nb"


# --- Never old ------------------------------------------------------------------------------------


def test_what_was_made_before_a_change_is_given_to_nobody_who_comes_after_it(hall):
    hall.come()
    hall.questions[0].comes(b"old")
    hall.change()
    late = hall.come()
    hall.loop.turn(alike.PAUSE_S)
    hall.questions[1].comes(b"new", mark=b"e:8")

    assert late.got.endswith(b"new")
    assert hall.come().got.endswith(b"new")


def test_who_comes_after_a_change_does_not_wait_for_what_was_asked_before_it(hall):
    early = hall.come()
    hall.change()
    late = hall.come()
    hall.loop.turn(alike.PAUSE_S)
    hall.questions[0].comes(b"old")

    assert early.got.endswith(b"old")
    assert not late.whole
    hall.questions[1].comes(b"new", mark=b"e:8")
    assert late.got.endswith(b"new")
    assert hall.come().got.endswith(b"new")


def test_an_answer_of_an_earlier_place_than_was_heard_of_is_not_kept(hall):
    for mark in (b"e:6", b"other:9", b"nonsense"):
        hall.answers.forget()
        before = len(hall.questions)
        first = hall.come()
        hall.questions[-1].comes(b"behind", mark=mark)
        hall.come()
        hall.loop.turn(alike.PAUSE_S)

        assert first.got.endswith(b"behind")
        assert len(hall.questions) == before + 2
        hall.questions[-1].comes(mark=mark)


def test_a_core_that_is_ahead_is_believed(hall):
    hall.come()
    hall.questions[0].comes(b"ahead", mark=b"e:8")

    assert hall.come().got.endswith(b"ahead")


def test_what_no_change_matters_to_outlives_a_change_but_not_the_second(hall):
    hall.come(b"/static/1/page.js")
    hall.questions[0].comes(b"file", mark=FOR_ALL.encode())
    hall.change()

    assert hall.come(b"/static/1/page.js").got.endswith(b"file")
    hall.answers.forget()
    assert not hall.come(b"/static/1/page.js").whole


def test_changes_one_upon_the_other_make_one_question_in_a_while_and_it_gets_the_newest(hall):
    hall.come()
    late = []
    for _ in range(20):
        hall.change()
        late.append(hall.come())
        hall.loop.turn(alike.PAUSE_S / 40)
    assert len(hall.questions) == 1

    hall.loop.turn(alike.PAUSE_S)
    hall.questions[1].comes(b"new", mark=str(hall.relay.at).encode())

    assert len(hall.questions) == 2
    assert all(client.got.endswith(b"new") for client in late)
    assert hall.come().got.endswith(b"new")


def test_before_anything_was_heard_everybody_asks_alone(hall):
    hall.board = None

    assert hall.come().alone


# --- Never another's ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        {"mark": b""},
        {"status": 404},
        {"status": 303},
        {"headers": [(b"set-cookie", b"areas=UA-30")]},
        {"headers": [(b"cache-control", b"private, no-store")]},
        {"headers": [(b"vary", b"Accept-Language, Origin")]},
        {"headers": [(b"vary", b"*")]},
        {"length": None},
        {"length": alike.ANSWER_BYTES + 1},
    ],
)
def test_what_is_not_for_all_is_asked_for_by_each_alone(hall, answer):
    waiting = [hall.come(), hall.come()]
    hall.questions[0].comes(**answer)

    assert hall.questions[0].over
    assert [client.got for client in waiting] == [b"", b""]
    assert all(client.alone for client in waiting)
    assert hall.come().alone
    hall.answers.forget()
    assert not hall.come().alone


def test_what_pages_vary_by_is_in_the_words():
    headers = [
        (b"vary", b"Cookie, Accept-Language"), (b"vary", b"Accept-Encoding"),
        (b"cache-control", b"private, no-cache"),
    ]  # fmt: skip

    assert shareable(Head(200, b"OK", headers, 4, b"", b"e:7"))
    assert not shareable(None)


# --- Who goes, and what fails ---------------------------------------------------------------------


def test_who_has_gone_is_told_nothing_and_the_rest_are_answered(hall):
    gone, here = hall.come(), hall.come()
    gone.seat.abandon()
    hall.questions[0].comes()

    assert (gone.whole, here.whole) == (False, True)


def test_when_all_have_gone_the_core_is_not_kept_busy(hall):
    first, second = hall.come(), hall.come()
    first.seat.abandon()
    assert not hall.questions[0].over
    second.seat.abandon()

    assert hall.questions[0].over
    hall.come()
    hall.loop.turn(alike.PAUSE_S)
    assert len(hall.questions) == 2


def test_a_question_that_waits_its_turn_is_not_asked_when_all_have_gone(hall):
    hall.come()
    hall.change()
    hall.come().seat.abandon()
    hall.loop.turn(alike.PAUSE_S)

    assert len(hall.questions) == 1


@pytest.mark.parametrize("how", ["fail", "cut"])
def test_what_went_wrong_went_wrong_for_all_and_the_next_asks_again(hall, how):
    waiting = [hall.come(), hall.come()]
    question = hall.questions[0]
    question.over = True
    question.asker.fail(BUSY) if how == "fail" else question.asker.cut()

    codes = {client.error.code for client in waiting}
    assert codes == {"server.busy" if how == "fail" else "core.unavailable"}
    hall.come()
    hall.loop.turn(alike.PAUSE_S)
    assert len(hall.questions) == 2


def test_a_full_line_is_told_to_who_asks_and_to_who_waits_for_his_turn(hall):
    hall.come()
    hall.change()
    late = hall.come()
    hall.relay.full = True
    hall.loop.turn(alike.PAUSE_S)

    assert late.error is BUSY
    with pytest.raises(Unavailable, match=r"server\.busy"):
        hall.come(b"/wall")


# --- Bounds ---------------------------------------------------------------------------------------


def test_words_that_nobody_repeats_fill_no_memory(hall, monkeypatch):
    monkeypatch.setattr(alike, "KEPT_BYTES", 10_000)
    for number in range(500):
        hall.come(b"/?area=%d" % number)
        hall.questions[-1].comes(b"x" * 100)

        kept = hall.answers._kept
        assert sum(len(one.whole) + key.size() for key, one in kept.items()) <= 10_000
    for number in range(3_000):
        hall.come(b"/?nothing=%d" % number)
        hall.questions[-1].comes(status=404)
    assert len(hall.answers._alone) <= alike.ALONE_MAX
    assert len(hall.answers._paced) <= alike.PACED_MAX
    assert not hall.answers._fetches


def test_no_more_questions_are_on_their_way_than_there_is_room_for(hall):
    waiting = [hall.come(b"/?area=%d" % number) for number in range(alike.FETCHES_MAX)]

    assert hall.come(b"/?area=x").alone
    waiting[0].seat.abandon()
    assert not hall.come(b"/?area=x").alone


def test_many_are_answered_some_at_a_time_so_that_an_alert_goes_out_between_them(hall):
    many = [hall.come() for _ in range(2 * alike.ANSWERS_AT_ONCE + 1)]
    hall.questions[0].comes()
    answered = [sum(client.whole for client in many)]
    while hall.loop.later:
        hall.loop.turn()
        answered.append(sum(client.whole for client in many))

    assert answered == [alike.ANSWERS_AT_ONCE, 2 * alike.ANSWERS_AT_ONCE, len(many)]


# --- At the door ----------------------------------------------------------------------------------


@pytest.fixture
def door():
    with open_doorstep() as step:
        yield step


def answers_with(step, *headers):
    """Let the small core answer every question with a mark, and say its path."""

    async def answer(scope, receive, send, body):
        said = scope["path"].encode()
        length = (b"content-length", str(len(said)).encode())
        start = {"type": "http.response.start", "status": 200, "headers": [length, *headers]}
        await send(start)
        await send({"type": "http.response.body", "body": said})

    step.core._answer = answer


def ask_together(step, request, count=20):
    """Let many ask while the core is held; give what each was answered."""
    answers = []
    step.core.hold.clear()
    threads = [
        threading.Thread(target=lambda: answers.append(step.send(request))) for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    assert within(30, lambda: step.front.counts().relayed >= count)
    step.core.hold.set()
    for thread in threads:
        thread.join(30)
    return answers


def request_for(path, headers=b""):
    return b"GET %s HTTP/1.1\r\nhost: x\r\nconnection: close\r\n%s\r\n" % (path, headers)


def test_twenty_who_ask_at_once_are_few_questions_to_the_core(door):
    answers_with(door, (SHARED.encode(), str(door.says.place).encode()))
    answers = ask_together(door, request_for(b"/wall"))

    assert len(answers) == 20
    assert all(answer.endswith(b"\r\n\r\n/wall") for answer in answers)
    assert all(b"connection: close" in answer for answer in answers)
    assert not any(b"tocsin-shared" in answer for answer in answers)
    assert len(door.core.requests) < 10


def test_twenty_with_cookies_of_their_own_are_twenty_questions_and_each_is_answered(door):
    answers_with(door, (SHARED.encode(), str(door.says.place).encode()))
    answers = ask_together(door, request_for(b"/wall", b"cookie: areas=UA-30; session=1\r\n"))

    assert all(answer.endswith(b"\r\n\r\n/wall") for answer in answers)
    assert not any(b"tocsin-shared" in answer for answer in answers)
    assert len(door.core.requests) == 20
    assert {head["cookie"] for head in door.core.heads} == {"areas=UA-30; session=1"}


def test_twenty_whose_answer_is_their_own_are_each_answered_by_the_core(door):
    answers_with(door, (SHARED.encode(), str(door.says.place).encode()), (b"set-cookie", b"a=b"))
    answers = ask_together(door, request_for(b"/?lang=en"))

    assert all(b"set-cookie: a=b" in answer for answer in answers)
    assert len(answers) == 20
    assert len(door.core.requests) >= 20


def test_a_client_cannot_mark_anything_itself(door):
    answers_with(door)
    door.send(request_for(b"/wall", SHARED.encode() + b": *\r\n"))

    assert not any(SHARED in head for head in door.core.heads)


def test_who_has_raised_an_alert_is_never_shown_the_page_of_before_it(server):
    def shown():
        return 'data-state="warning"' in server.get("/?area=UA-30").text

    for _ in range(10):
        alert = server.raise_alert("UA-30").json()["accepted"][0]["id"]
        assert shown()
        assert shown()
        assert server.clear(alert).status_code == 200
        assert not shown()
