"""
Goal: every client of Tocsin keeps the same rules, in Python and in the browser.

Method: each file of `vectors/` is a night as a listener might hear it: events of the stream with
the second at which they come, and after each what is told (`tells`, null for nothing), whether the
link is lost, the state, what stands and what is unknown. They are played to `tocsin.client` and,
in a real browser, to the module that the page lives on. A client in another language can play them
as well: they are the wire's own shapes.
"""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from tests.e2e.conftest import ARGUMENTS

from tocsin.client.following import Following
from tocsin.kernel.errors import Malformed

VECTORS = {
    path.stem: json.loads(path.read_text()) for path in Path(__file__).parent.glob("vectors/*")
}
STATIC = Path(__file__).parents[2] / "src/tocsin/web/static"
SHOWN = ("lost", "state", "standing", "unknown", "tells")

IN_THE_BROWSER = """async ([address, vectors]) => {
  const { Following } = await import(address);
  const ids = (alerts) => alerts.map(({ id }) => id);
  const played = ({ known, steps }) => {
    const following = new Following(0, known);
    return steps.map(({ at_s, event, data }) => {
      const now = at_s * 1000;
      let change = null;
      let unreadable = false;
      try {
        change = event ? following.take(event, data, now) : following.look(now);
      } catch {
        unreadable = true;
      }
      const { standing } = following;
      return {
        tells: change && {
          why: change.why,
          began: ids(change.began),
          changed: ids(change.changed),
          ended: ids(change.ended),
        },
        words: change && change.ended.map(({ text }) => text.en),
        unreadable,
        lost: following.lost(now),
        state: following.state(now),
        standing: ids(standing.alerts),
        unknown: standing.unknown.map(({ area }) => area.code),
      };
    });
  };
  const nights = Object.entries(vectors);
  return Object.fromEntries(nights.map(([name, vector]) => [name, played(vector)]));
}"""


def _ids(alerts):
    return [alert.id for alert in alerts]


def played(vector):
    """Play a vector to the Python library; tell what it shows after each step."""
    following = Following(0.0, known=vector.get("known"))
    for step in vector["steps"]:
        now, change, unreadable = step["at_s"], None, False
        try:
            if "event" in step:
                change = following.take(step["event"], step["data"], now)
            else:
                change = following.look(now)
        except Malformed:
            unreadable = True
        yield {
            "tells": change
            and {
                "why": change.why,
                "began": _ids(change.began),
                "changed": _ids(change.changed),
                "ended": _ids(change.ended),
            },
            "words": change and [alert.text["en"] for alert in change.ended],
            "unreadable": unreadable,
            "lost": following.lost(now),
            "state": following.state(now),
            "standing": _ids(following.alerts),
            "unknown": [gap.area.code for gap in following.unknown],
        }


def differences(vector, shown):
    """List the steps at which what is shown is not what the vector says."""
    for number, (step, shows) in enumerate(zip(vector["steps"], shown, strict=True)):
        wanted = {name: step[name] for name in SHOWN if name in step}
        wanted["unreadable"] = step.get("unreadable", False)
        if wanted["tells"]:
            words = wanted["tells"].get("words")
            wanted["tells"] = {k: v for k, v in wanted["tells"].items() if k != "words"}
            if words:
                wanted["words"] = words
        yield from (
            f"step {number}, {name}: {shows[name]} instead of {said}"
            for name, said in wanted.items()
            if shows[name] != said
        )


@pytest.mark.parametrize("name", sorted(VECTORS))
def test_the_library_keeps_the_rule(name):
    vector = VECTORS[name]

    assert not list(differences(vector, played(vector))), vector["sentence"]


@pytest.fixture(scope="module")
def in_the_browser():
    """All vectors as the page's own module plays them, in one go."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("There is no Chromium on this machine: apt install chromium.")
    serving = functools.partial(_Quiet, directory=STATIC)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serving) as server:
        threading.Thread(target=server.serve_forever).start()
        address = f"http://127.0.0.1:{server.server_port}/tocsin.js"
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=chromium, chromium_sandbox=False, args=ARGUMENTS
                )
                page = browser.new_page()
                page.goto(address)
                return page.evaluate(IN_THE_BROWSER, [address, VECTORS])
        finally:
            server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.mark.e2e
@pytest.mark.parametrize("name", sorted(VECTORS))
def test_the_pages_module_keeps_the_rule(in_the_browser, name):
    vector = VECTORS[name]

    assert not list(differences(vector, in_the_browser[name])), vector["sentence"]


def test_every_vector_says_what_it_is_about():
    sentences = [vector["sentence"] for vector in VECTORS.values()]

    assert len(set(sentences)) == len(VECTORS) >= 25
    assert all(sentence.endswith(".") for sentence in sentences)


class _ForgetsVersions(Following):
    def take(self, name, data, now):
        self.standing._areas.clear()
        return super().take(name, data, now)


class _BelievesSilence(Following):
    def look(self, _):
        return None

    def lost(self, _):
        return False


@pytest.mark.parametrize("weakened", [_ForgetsVersions, _BelievesSilence])
def test_a_listener_that_breaks_a_rule_fails(weakened, monkeypatch):
    monkeypatch.setitem(globals(), "Following", weakened)

    assert any(list(differences(vector, played(vector))) for vector in VECTORS.values())
