"""
Goal: the script and the server never disagree about what an area shows, nor in a single word.

Method: boards drawn at random with a seed, by hundreds; each is put into words by Python and, in a
real browser, by the page's own modules; the panels must be equal, field by field.
"""

from __future__ import annotations

import dataclasses
import random
from datetime import UTC, datetime, timedelta

import pytest
from tests.web.page_source import Day, alert, ukraine

from tocsin.kernel.time import rfc3339
from tocsin.web.face import Scene
from tocsin.web.panel import country, panel
from tocsin.web.times import Times
from tocsin.web.wording import Wording

NOW = datetime(2023, 1, 26, 6, 15, 20, tzinfo=UTC)
AREAS = [area.code for area in ukraine() if area.level in {1, 2}]
SOME_COMMUNITIES = [area.code for area in ukraine() if area.level == 3][::97]
SEEN = [ukraine().get(code).code for code in ("UA-30", "UA-32", "UA-12", "UA-43")]
BOARDS = 150

IN_THE_BROWSER = """async ({ boards, seen, now }) => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { Scene } = await import(data.static + "face.js");
  const { speaker, panel, country } = await import(data.static + "words.js");
  const words = speaker(data, () => Date.parse(now));
  return boards.map(({ board, cleared }) => {
    const scene = new Scene(structuredClone(data.tree), data.root, board.alerts, board.unknown);
    return [
      ...seen.map((code) => panel(scene.face(code), scene, words, board.as_of, cleared)),
      country(scene.regions(), scene, words, board.as_of),
    ];
  });
}"""


def drawn_board(chance: random.Random):
    alerts = [
        alert(
            chance.choice(chance.choice([AREAS, SEEN, SOME_COMMUNITIES])),
            NOW - timedelta(seconds=chance.choice([5, 70, 3600, 7500, 90_000, 25_000_000])),
            level=chance.choice(["warning", "watch", "red"]),
            status=chance.choice(["Actual", "Actual", "Exercise", "Test"]),
            hazard=chance.choice(["air_raid", "artillery", "flood", "chemical", "meteor"]),
            threat=chance.choice([None, "drones", "ballistic"]),
            sender=chance.choice(["official", "volunteers"]),
            confirmations=chance.choice([[], [{"sender": "third", "at": rfc3339(NOW)}]]),
            shelter_within_s=chance.choice([None, None, 90, 181]),
            text=chance.choice([{}, {"uk": "Свої слова."}, {"en": "Own words."}]),
        )
        | {"id": str(number)}
        for number in range(chance.choice([0, 1, 1, 2, 3, 8]))
    ]
    gaps = chance.sample(AREAS, chance.choice([0, 0, 1, 3]))
    since = chance.choice([None, "2023-01-26T05:00:00.000Z", "2023-01-20T05:00:00.000Z"])
    board = Day(NOW.isoformat(), alerts=alerts, unknown=[(code, since) for code in gaps]).board()
    return board, chance.choice([None, NOW - timedelta(minutes=7)])


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("parent", [True, False])
def test_server_and_script_say_the_same(morning, open_page, language, parent):
    chance = random.Random(f"{language} {parent}")
    drawn = [drawn_board(chance) for _ in range(BOARDS)]
    times = Times(Wording(language), NOW)
    expected = []
    for board, cleared in drawn:
        scene = Scene(ukraine(), board)
        told = [panel(scene.face(code), scene, times, cleared) for code in SEEN]
        told.append(country(scene.regions(), scene, times))
        expected.append([dataclasses.asdict(one) | listed(one) for one in told])
    if not parent:
        for board, _ in drawn:
            for entry in (*board["alerts"], *board["unknown"]):
                entry["area"] = {k: v for k, v in entry["area"].items() if k != "parent"}
    page = open_page(f"{morning.url}/?lang={language}&area=UA-30")

    said = page.evaluate(
        IN_THE_BROWSER,
        {
            "boards": [
                {"board": board, "cleared": rfc3339(cleared) if cleared else None}
                for board, cleared in drawn
            ],
            "seen": SEEN,
            "now": rfc3339(NOW),
        },
    )

    for board_said, board_expected, (board, _) in zip(said, expected, drawn, strict=True):
        assert board_said == board_expected, board


def listed(one):
    return {"word": list(one.word), "notes": list(one.notes)}
