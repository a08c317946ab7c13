"""
The board as an answer to GET: bytes made once, handed to everybody who asks for the same.

`GET /api/v1/board` is what all clients ask for in the second after an alert. Its answer is looked
up by its target as it came, and written with one call. Once a second everything is forgotten, so
that the `date` is right and whoever asks for something new each time fills no memory.

Source: RFC 9110, sections 6.6.1, 8.8.3 and 13.1.2; decision 0009.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from tocsin.edge import answer
from tocsin.edge.request import Request, read_query
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.ids import AreaCode

GZIP_FROM_BYTES: Final = 1_000
"""One packet carries 1,400 bytes; below that compression saves nothing."""

ANSWERS_MAX: Final = 1_000
ANSWER_BYTES_MAX: Final = 67_108_864
"""For a second: 1,000 sets of areas × 64 kB, or 40 boards of a whole country under alert."""

_PARAMETERS: Final = frozenset({"areas", "at"})


class Shown(Protocol):
    """A board at one moment: `edge.snapshot.Snapshot`."""

    @property
    def plain(self) -> bytes:
        """Give it as JSON."""

    @property
    def gzipped(self) -> bytes:
        """Give it compressed."""

    @property
    def etag(self) -> str:
        """Give the tag that it is known by."""

    def known_to(self, if_none_match: str) -> bool:
        """Say whether somebody who sends this header may be answered 304."""


class Boards(Protocol):
    """What knows the boards: the hub."""

    @property
    def ready(self) -> bool:
        """Say whether there is one."""

    def board(self, areas: frozenset[AreaCode]) -> Shown:
        """Show the board for some areas, the same object until it changes."""

    def read_areas(self, text: str | None) -> frozenset[AreaCode]:
        """Read a list of any codes."""


def not_ready() -> Unavailable:
    """Make the error for who comes before a board was heard."""
    sentence = "This server has just started and has not heard yet what stands."
    return Unavailable("edge.not_ready", sentence, retry_after_s=1)


class _Answers:
    """The answers to one target, from one board."""

    __slots__ = ("areas", "gzipped", "known", "plain", "shown")

    def __init__(self, areas: frozenset[AreaCode]) -> None:
        self.areas = areas
        self.shown: Shown | None = None
        self.plain = self.gzipped = self.known = b""


class BoardAnswers:
    """
    Answer requests for a board that stands now.

    Args:
        date: Gives the value of the header `date`.
    """

    def __init__(self, boards: Boards, date: Callable[[], bytes]) -> None:
        self._boards = boards
        self._date = date
        self._answers: dict[bytes, _Answers] = {}
        self._bytes = 0

    def forget(self) -> None:
        """Make all answers anew when they are asked for: another second has begun."""
        self._answers.clear()
        self._bytes = 0

    def answer(self, request: Request) -> bytes:
        """
        Give the whole response to GET or HEAD; none where a board of another moment is asked for.

        Raises:
            Malformed: `query.unknown_parameter`, `query.malformed`, `area.unknown`,
                `query.too_many_areas`.
            Unavailable: `edge.not_ready`.
        """
        answers = self._answers.get(request.target) or self._learn(request.target)
        return b"" if answers is None else self._answer(answers, request)

    def answer_again(self, request: Request) -> bytes:
        """
        Give the response to what was asked within this second by somebody else, else nothing.

        Raises:
            Unavailable: As the hub.
        """
        answers = self._answers.get(request.target)
        if answers is None or request.body or request.method != b"GET":
            return b""
        return self._answer(answers, request)

    def _answer(self, answers: _Answers, request: Request) -> bytes:
        shown = self._boards.board(answers.areas)
        if shown is not answers.shown:
            answers.shown = shown
            answers.plain = answers.gzipped = answers.known = b""
        packs = False
        for name, value in request.headers:
            if name == b"if-none-match" and shown.known_to(value.decode("latin-1")):
                if not answers.known:
                    answers.known = answer.bodiless(304, self._headers(shown), close=False)
                whole = answers.known
                break
            if name == b"accept-encoding" and b"gzip" in value:
                packs = True
        else:
            if packs:
                whole = answers.gzipped or self._gzipped(answers, shown)
            else:
                whole = answers.plain or self._plain(answers, shown)
        if request.keep_alive and request.method == b"GET":
            return whole
        return self._fit(whole, request)

    def _learn(self, target: bytes) -> _Answers | None:
        asked = read_query(target.partition(b"?")[2], _PARAMETERS)
        if "at" in asked:
            return None
        if not self._boards.ready:
            raise not_ready()
        answers = _Answers(self._boards.read_areas(asked.get("areas")))
        if len(self._answers) >= ANSWERS_MAX or self._bytes >= ANSWER_BYTES_MAX:
            self.forget()
        self._answers[target] = answers
        return answers

    def _headers(self, shown: Shown) -> bytes:
        vary = b"vary: accept-encoding\r\n" if len(shown.plain) >= GZIP_FROM_BYTES else b""
        return b"etag: %s\r\ncache-control: public, max-age=1\r\ndate: %s\r\n%s" % (
            shown.etag.encode(), self._date(), vary,
        )  # fmt: skip

    def _plain(self, answers: _Answers, shown: Shown) -> bytes:
        whole = answers.plain = answer.whole(200, shown.plain, headers=self._headers(shown))
        self._bytes += len(whole)
        return whole

    def _gzipped(self, answers: _Answers, shown: Shown) -> bytes:
        if len(shown.plain) < GZIP_FROM_BYTES:
            return answers.plain or self._plain(answers, shown)
        headers = self._headers(shown) + b"content-encoding: gzip\r\n"
        whole = answers.gzipped = answer.whole(200, shown.gzipped, headers=headers)
        self._bytes += len(whole)
        return whole

    @staticmethod
    def _fit(whole: bytes, request: Request) -> bytes:
        """Leave out the body for HEAD; say that the connection ends, where it does."""
        head, _, body = whole.partition(b"\r\n\r\n")
        ending = b"" if request.keep_alive else b"\r\nconnection: close"
        return head + ending + b"\r\n\r\n" + (b"" if request.method == b"HEAD" else body)
