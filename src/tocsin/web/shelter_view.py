"""
The frame of the shelter pages: templates, phrases for their scripts, and the answer with its head.

It knows no shelter; what a page says is handed in. Whatever is made for one reader's place is
kept by nobody on the way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tocsin.kernel.time import rfc3339
from tocsin.web.files import SHARED, Files
from tocsin.web.shelter_card import Card
from tocsin.web.source import PageSource
from tocsin.web.times import MONTHS, ZONE, Times
from tocsin.web.wording import Language, Wording, choose

SPOKEN: Final = frozenset(
    [
        *("shelter", "take", "near", "door", "by", "kind", "access", "because", "wind", "short"),
        *("report", "pack", "own", "age", "span", "zone", "do", "hazard"),
    ]
)
"""The groups of phrases that the scripts of these pages need."""

TAKEN: Final = frozenset(
    ["take", "near", "door", "by", "kind", "access", "because", "wind", "short"]
)
"""The groups that a card needs."""

ABOVE: Final = frozenset(
    f"shelter.{name}"
    for name in (
        *("again", "as_of", "asking", "cover", "cover_do", "denied", "invented", "none"),
        *("offline", "stale"),
    )
)
"""What the public page's block says above its cards; no more, since it is on every first view."""

BLANK: Final = Card("", "", "", "unknown", "", "", 0, "", (), "", "")
"""What a card is before a script fills it."""

_YEAR_S: Final = 31_536_000


class View:
    """
    Renders the shelter pages. Not thread-safe: the event loop owns it.

    Args:
        tiles: What a script has to know of the operator's map tiles; None where there are none.
    """

    def __init__(
        self, source: PageSource, files: Files, tiles: Mapping[str, Any] | None = None
    ) -> None:
        self.source = source
        self._tiles = tiles
        self._files = files
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )

    def times(self, language: Language) -> Times:
        """Give the times of now in a language."""
        return Times(Wording(language), self.source.now())

    def page(
        self,
        template: str,
        request: Request,
        language: Language,
        *,
        status: int = 200,
        own: bool = False,
        alike: bool = False,
        **said: Any,  # noqa: ANN401  # What the template asks for.
    ) -> HTMLResponse:
        """
        Render a page and answer with it.

        Args:
            own: Whether it was made for one reader's place: nobody else may keep it.
            alike: Whether everybody is answered so who asks in these words.
        """
        times = self.times(language)
        other: Language = "en" if language == "uk" else "uk"
        asked = {**request.query_params, "lang": other}
        html = self._templates.get_template(template).render(
            language=language,
            other=other,
            elsewhere=f"{request.url.path}?{urlencode(asked, safe=',:')}",
            say=times.words.say,
            static=self._files.address,
            replay=self.source.replay,
            now_at=rfc3339(times.now),
            day_told=times.day(times.today),
            clock_told=times.clock(times.now)[-8:],
            data=script_data(self.source, self._files, language, self._tiles),
            blank=BLANK,
            **said,
        )
        headers = {
            "Cache-Control": "no-store" if own else "private, no-cache",
            "Vary": "Cookie, Accept-Language, Accept-Encoding",
            "Content-Language": language,
        }
        response = HTMLResponse(html, status, headers)
        if alike and not request.query_params:
            headers = {"Cache-Control": "public, max-age=1", SHARED: str(self.source.place)}
            response.headers.update(headers)
        if request.query_params.get("lang") == language:
            response.set_cookie("lang", language, max_age=_YEAR_S, samesite="lax")
        return response


def language_of(request: Request) -> Language:
    """Choose the language of a page for whoever asks."""
    wanted = request.query_params.get("lang")
    return choose(wanted, request.cookies.get("lang"), request.headers.get("accept-language"))


def take_words(language: Language) -> Markup:
    """Write the phrases that the public page's own block of shelters needs beside the page's."""
    spoken = _spoken(language, TAKEN | {"shelter"})
    return _inside_script(
        {
            key: phrase
            for key, phrase in spoken.items()
            if not key.startswith("shelter.") or key in ABOVE
        }
    )


def script_data(
    source: PageSource,
    files: Files,
    language: Language,
    tiles: Mapping[str, Any] | None = None,
) -> Markup:
    """Write what a script of these pages starts from: phrases, plurals, months, the clock."""
    block: dict[str, Any] = {
        "language": language,
        "words": _spoken(language, SPOKEN),
        "forms": Wording(language).forms(),
        "months": MONTHS[language],
        "zone": ZONE.key,
        "now": rfc3339(source.now()),
        "replay": source.replay,
        "static": files.address("shelter.js").removesuffix("shelter.js"),
    }
    if tiles is not None:
        block["tiles"] = tiles
    return _inside_script(block)


def _spoken(language: Language, groups: frozenset[str]) -> dict[str, str]:
    phrases = Wording(language).phrases()
    return {key: phrase for key, phrase in phrases.items() if key.split(".")[0] in groups}


def _inside_script(block: Any) -> Markup:  # noqa: ANN401  # Whatever is JSON.
    text = json.dumps(block, ensure_ascii=False, separators=(",", ":"))
    # Inside a script element only `</` and `<!--` could end the data early.
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - escaped for where it stands.
