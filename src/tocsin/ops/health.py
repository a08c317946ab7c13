"""
Health: is the process there, and can it take an alert right now.

`/healthz` says that the process answers. `/readyz` says whether an alert would be accepted and
shown: the ledger takes writes and the live view has caught up with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.responses import JSONResponse


class Readiness(NamedTuple):
    """Whether an alert would be accepted and shown, and each reason why not, as a sentence."""

    position: int
    behind: int
    reasons: tuple[str, ...]


def health(readiness: Callable[[], Readiness], public_key: Mapping[str, str]) -> APIRouter:
    """Make the router of health and of the server's public key."""
    router = APIRouter(tags=["operate"])

    @router.get("/healthz", summary="The process answers")
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})

    @router.get(
        "/readyz",
        summary="An alert would be accepted and shown",
        responses={503: {"description": "It would not; `reasons` say why."}},
    )
    async def readyz() -> JSONResponse:
        state = readiness()
        return JSONResponse(
            {
                "status": "unready" if state.reasons else "ok",
                "position": state.position,
                "behind": state.behind,
                "reasons": list(state.reasons),
            },
            status_code=503 if state.reasons else 200,
            headers={"cache-control": "no-store"},
        )

    @router.get("/.well-known/tocsin.json", summary="What this server signs with")
    async def well_known() -> JSONResponse:
        return JSONResponse(
            {"version": 1, "keys": [dict(public_key)]}, headers={"cache-control": "max-age=300"}
        )

    return router
