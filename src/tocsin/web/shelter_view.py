"""
The frame of the shelter pages: templates, phrases for their scripts, and the answer with its head.

It knows no shelter; what a page says is handed in. Whatever is made for one reader's place is
kept by nobody on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from tocsin.kernel.time import rfc3339
from tocsin.web.files import SHARED, Files
from tocsin.web.shelter_card import Card
from tocsin.web.source import PageSource
from tocsin.web.times import MONTHS, ZONE, Times
from tocsin.web.wording import Language, Wording
from tocsin.web.writing import framed, remember_language, script_block, templates

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
        self._templates = templates()

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
        html = self._templates.get_template(template).render(
            framed(request, times, request.query_params),
            static=self._files.address,
            replay=self.source.replay,
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
        remember_language(response, request, language)
        return response


def take_words(language: Language) -> Markup:
    """Write the phrases that the public page's own block of shelters needs beside the page's."""
    spoken = Wording(language).phrases(TAKEN | {"shelter"})
    return script_block(
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
        "words": Wording(language).phrases(SPOKEN),
        "forms": Wording(language).forms(),
        "months": MONTHS[language],
        "zone": ZONE.key,
        "now": rfc3339(source.now()),
        "replay": source.replay,
        "static": files.address("shelter.js").removesuffix("shelter.js"),
    }
    if tiles is not None:
        block["tiles"] = tiles
    return script_block(block)
