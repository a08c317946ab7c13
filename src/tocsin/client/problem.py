"""
A server's refusal, read back into the error that it was.

A problem document (RFC 9457) holds the stable code and the sentence; the HTTP status says whose
fault it was and whether to try again. What is no problem document is told by its status alone.
"""

from __future__ import annotations

import json
from typing import Any, Final

from tocsin.kernel.errors import Corrupt, Malformed, Refused, TocsinError, Unavailable

_NOT_UNDERSTOOD: Final = frozenset({400, 411, 413, 414, 415, 422, 431})
_LATER: Final = frozenset({408, 425, 429, 502, 503, 504})
_KNOWN_TO_BE_MALFORMED: Final = ("area.", "json.", "time.", "request.", "query.")
"""404 for a code that no area has is a mistake in the question, not a refusal."""


def read_problem(status: int, body: bytes, retry_after: str = "") -> TocsinError:
    """
    Turn an answer that is not a success into an error of the kernel's tree.

    Args:
        status: HTTP status, 400 or more.
        body: The answer's body; a problem document, or anything else.
        retry_after: The header of that name, in whole seconds; 5 s where it says nothing.
    """
    problem = _document(body)
    code = str(problem.get("code") or f"http.{status}")
    said = problem.get("detail") or problem.get("title") or _reasons(problem)
    sentence = str(said or f"The server said {status}.")
    if status in _LATER:
        wait_s = int(retry_after) if retry_after.isdecimal() and len(retry_after) < 6 else 5
        later: type[Unavailable] = Unavailable
        return later(code, sentence, retry_after_s=wait_s, status=status)
    kind: type[TocsinError] = Refused
    if status in _NOT_UNDERSTOOD or (status == 404 and code.startswith(_KNOWN_TO_BE_MALFORMED)):
        kind = Malformed
    elif status >= 500:
        kind = Corrupt
    return kind(code, sentence, status=status)


def _reasons(problem: dict[str, Any]) -> str:
    """Join the reasons of an answer from `/readyz`, which is no problem document."""
    reasons = problem.get("reasons")
    return " ".join(map(str, reasons)) if isinstance(reasons, list) else ""


def _document(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
