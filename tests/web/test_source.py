"""
Goal: what the pages are handed answers what they ask, in the tests and in the server.

Method: the port's own names, looked for in both; mypy holds the types.
"""

from __future__ import annotations

import inspect

import pytest
from tests.web.page_source import Day

from tocsin.views.live import Live
from tocsin.web.source import PageSource


@pytest.mark.parametrize("source", [Day, Live])
def test_a_source_answers_what_pages_ask(source):
    for name in ("now", "board", "changes", "cleared"):
        wanted = list(inspect.signature(getattr(PageSource, name)).parameters)
        assert list(inspect.signature(getattr(source, name)).parameters)[: len(wanted)] == wanted
