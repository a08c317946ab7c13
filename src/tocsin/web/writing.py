"""
What every page is written with: the templates, the block for its script, the reader's language.

It knows no page; what one says is handed in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tocsin.kernel.time import rfc3339
from tocsin.web.times import Times
from tocsin.web.wording import Language, choose

YEAR_S: Final = 31_536_000
"""How long a browser keeps what its reader chose, in seconds."""


def templates() -> Environment:
    """Open the templates; one that asks for what it was not handed fails with jinja2's error."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def script_block(block: Any) -> Markup:  # noqa: ANN401  # Whatever is JSON.
    """Write what a script starts from, as JSON that stands inside a script element."""
    text = json.dumps(block, ensure_ascii=False, separators=(",", ":"))
    # Inside a script element only `</` and `<!--` could end the data early.
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - escaped for where it stands.


def framed(request: Request, times: Times, kept: Mapping[str, str]) -> dict[str, Any]:
    """
    Give what `plain_frame.html` asks for and follows from the moment and the language.

    Args:
        kept: What of the query stays in the address of the same page in the other language.
    """
    language = times.words.language
    other: Language = "en" if language == "uk" else "uk"
    query = urlencode({**kept, "lang": other}, safe=",:")
    return {
        "language": language,
        "other": other,
        "elsewhere": f"{request.url.path}?{query}",
        "say": times.words.say,
        "now_at": rfc3339(times.now),
        "day_told": times.day(times.today),
        "clock_told": times.clock(times.now)[-8:],
    }


def language_of(request: Request) -> Language:
    """Choose the language of a page for whoever asks."""
    wanted = request.query_params.get("lang")
    return choose(wanted, request.cookies.get("lang"), request.headers.get("accept-language"))


def remember_language(response: Response, request: Request, language: Language) -> bool:
    """Let the browser keep a language that was asked for in the address; say whether it was."""
    asked = request.query_params.get("lang") == language
    if asked:
        response.set_cookie("lang", language, max_age=YEAR_S, samesite="lax")
    return asked
