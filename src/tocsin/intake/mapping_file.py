"""
A mapping file as it lies there: TOML or JSON, chosen by content, and bounded.

What its keys mean is for whoever reads a register or a schedule by it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tocsin.kernel.errors import Malformed


def read_mapping(
    source: Path | bytes,
    known: frozenset[str],
    bytes_most: int,
    wrong: Callable[[str], Malformed],
) -> dict[str, Any]:
    """
    Read the keys of a mapping file.

    Args:
        known: What keys there may be; a misspelt one would quietly change nothing.
        wrong: Makes the error of a sentence that says what is wrong.

    Raises:
        Malformed: What `wrong` makes.
    """
    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        raise wrong(f"{error.strerror or 'It cannot be read'}.") from None
    if len(data) > bytes_most:
        raise wrong(f"It has more than {bytes_most:,} bytes.")
    try:
        text = data.decode("utf-8-sig")
        parsed = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except RecursionError:
        raise wrong("It is nested too deeply.") from None
    except ValueError as error:
        raise wrong(f"{str(error)[:160]}.") from None
    strange = sorted(set(parsed) - known)
    if strange:
        raise wrong(f"It has “{strange[0][:40]}”, which is no key of a mapping.")
    return dict(parsed)
