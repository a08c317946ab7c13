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
from pydantic import BaseModel, Field


class Readiness(NamedTuple):
    """Whether an alert would be accepted and shown, and each reason why not, as a sentence."""

    position: int
    behind: int
    reasons: tuple[str, ...]


class Alive(BaseModel):
    """The process answers."""

    status: str


class Ready(BaseModel):
    """Whether an alert would be accepted and shown."""

    status: str = Field(description="`ok` or `unready`.")
    position: int
    behind: int = Field(description="Events recorded and not shown yet.")
    reasons: list[str]


class PublicKey(BaseModel):
    """What checks this server's signatures."""

    algorithm: str
    key_id: str
    public_key: str = Field(description="32 bytes, base64url without padding.")


class Known(BaseModel):
    """What this server signs with."""

    version: int
    keys: list[PublicKey]


def health(readiness: Callable[[], Readiness], public_key: Mapping[str, str]) -> APIRouter:
    """Make the router of health and of the server's public key."""
    router = APIRouter(tags=["operate"])

    @router.get("/healthz", summary="The process answers", responses={200: {"model": Alive}})
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})

    @router.get(
        "/readyz",
        summary="An alert would be accepted and shown",
        responses={
            200: {"model": Ready},
            503: {"model": Ready, "description": "It would not; `reasons` say why."},
        },
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

    @router.get(
        "/.well-known/tocsin.json",
        summary="What this server signs with",
        responses={200: {"model": Known}},
    )
    async def well_known() -> JSONResponse:
        return JSONResponse(
            {"version": 1, "keys": [dict(public_key)]}, headers={"cache-control": "max-age=300"}
        )

    return router
