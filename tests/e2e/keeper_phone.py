"""
A keeper's phone in the hands of a test: set up, tapped, held, and let send at once.

No test is here.
"""

from __future__ import annotations

from playwright.sync_api import expect


def at_door(open_page, door, **wanted):
    """Set a phone up by the link of a QR code; wait until it has spoken to the server."""
    page = open_page(door.link(), **wanted)
    expect(page.locator("#link-told")).to_contain_text("Connected")
    return page


def tap(page, side, number, times=1):
    for _ in range(times):
        page.locator(f".{side} .tap{number}").click()


def send(*pages):
    """Let the pages send at once, as they do when a network comes back."""
    for page in pages:
        page.evaluate("dispatchEvent(new Event('online'))")


def hold(page, name, held_ms=1_300):
    box = page.locator(f'.say[data-state="{name}"]').bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(held_ms)
    page.mouse.up()
