"""
The site: every router under one application, behind the guard.

It is told what it serves; which parts there are is decided in `tocsin.app`.
"""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from tocsin import __version__
from tocsin.kernel.errors import TocsinError
from tocsin.web.api import GZIP_FROM_BYTES
from tocsin.web.guard import Guard, on_fault, on_http_error, on_tocsin_error
from tocsin.web.openapi import describe
from tocsin.web.right_of_way import RightOfWay


def site(routers: Iterable[APIRouter], way: RightOfWay | None = None) -> FastAPI:
    """
    Put routers together; the framework's documentation pages load from elsewhere and are off.

    Args:
        way: Who goes first here; the routers that make something large are handed the same.
    """
    app = FastAPI(
        title="Tocsin",
        version=__version__,
        summary="Warns people area by area, and keeps the record of it.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={
            TocsinError: on_tocsin_error,
            HTTPException: on_http_error,
            Exception: on_fault,
        },
    )
    for router in routers:
        app.include_router(router)
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_FROM_BYTES, compresslevel=5)
    app.add_middleware(Guard, way=way or RightOfWay())
    framework = app.openapi
    app.openapi = lambda: describe(framework())  # type: ignore[method-assign]  # As FastAPI has it.
    return app
