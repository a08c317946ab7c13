"""
The page of a shelter's keeper: one page for all shelters, which knows nothing of any.

What it shows it asks of the API with the keeper's token, which is kept in the keeper's phone; a
token that comes in the address comes after its `#`, which no browser sends. The page holds no
data, so that a phone can keep it and open it without a network. What counts people and says open
or closed is its script (`static/keeper*.js`); without one the page says that it needs it.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Template

from tocsin.web.files import Files
from tocsin.web.keeper_phrases import KEEPER, KEEPER_COUNTED
from tocsin.web.phrases import COUNTED, PHRASES
from tocsin.web.source import PageSource
from tocsin.web.times import MONTHS, ZONE
from tocsin.web.wording import COLUMN, LANGUAGES, Language
from tocsin.web.writing import language_of, remember_language, script_block, templates

STATES: Final = ("open", "closed", "filling", "full", "damaged")
"""What a keeper may say, the two that matter most first."""

MODULES: Final = ("keeper-hands", "keeper-queue", "keeper-sender", "keeper-setup", "words")
"""What `keeper.js` loads; fetched beside it and not after it."""

_SHARED: Final = ("age.", "zone", "replay")
"""Phrases of the public pages that this one says too."""


def keeper_page(source: PageSource, files: Files) -> APIRouter:
    """Make the router of the keeper's page, and of the worker that keeps it in the phone."""
    router = APIRouter(include_in_schema=False)
    template = templates().get_template("keeper.html")
    made = {language: _render(template, language, source, files) for language in LANGUAGES}

    @router.get("/keeper")
    async def keeper(request: Request) -> Response:
        language = language_of(request)
        headers = {
            "Cache-Control": "private, no-cache",
            "Vary": "Cookie, Accept-Language",
            "Content-Language": language,
        }
        response = HTMLResponse(made[language], headers=headers)
        remember_language(response, request, language)
        return response

    return router


def spoken(language: Language) -> dict[str, str]:
    """Give all that the page says in a language, by key."""
    column = COLUMN[language]
    shared = {key: pair for key, pair in PHRASES.items() if key.startswith(_SHARED)}
    return {key: pair[column] for key, pair in {**shared, **KEEPER}.items()}


def _render(template: Template, language: Language, source: PageSource, files: Files) -> str:
    words, column = spoken(language), COLUMN[language]
    forms = {key: pair[column] for key, pair in {**COUNTED, **KEEPER_COUNTED}.items()}
    data = {
        "language": language,
        "words": words,
        "forms": forms,
        "months": MONTHS[language],
        "zone": ZONE.key,
        "replay": source.replay,
    }
    return template.render(
        language=language,
        other="en" if language == "uk" else "uk",
        say=words.__getitem__,
        static=files.address,
        modules=MODULES,
        states=STATES,
        replay=source.replay,
        data=script_block(data),
    )
