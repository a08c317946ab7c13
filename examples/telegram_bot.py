#!/usr/bin/env python3
"""
A Telegram bot that tells a chat what begins and ends in one area, and answers `/now`.

    BOT_TOKEN=… BOT_CHAT=-100… python examples/telegram_bot.py UA-30 https://alerts.example

Telegram may be slow: this is no substitute for a siren. A replay is never passed on.
"""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress

import httpx

from tocsin.client.follow import follow

BOT = f"{os.environ.get('BOT_API', 'https://api.telegram.org')}/bot{os.environ['BOT_TOKEN']}"
SIGNS = {"warning": "🔴", "watch": "🟠", "drill": "🔵 EXERCISE ·"}


async def ask(bot: httpx.AsyncClient, method: str, **said: object) -> list[dict] | dict:
    """Call the Bot API until it answers; wait as long as it says where it is asked too often."""
    while True:
        answer = {}
        with suppress(httpx.HTTPError, ValueError):
            answer = (await bot.post(f"{BOT}/{method}", json=said)).json()
        if answer.get("ok"):
            return answer["result"]
        await asyncio.sleep(answer.get("parameters", {}).get("retry_after", 5))


async def tell(bot: httpx.AsyncClient, area: follow) -> None:
    """Pass on what begins and ends, with the words of its sender."""
    async for change in area:
        signs = [(SIGNS[alert.kind], alert) for alert in change.began + change.changed]
        for sign, alert in [] if area.replay else signs + [("⚪", alert) for alert in change.ended]:
            text = f"{sign} {alert.area.name.get('uk')}: {alert.text.get('uk')}"
            await ask(bot, "sendMessage", chat_id=os.environ["BOT_CHAT"], text=text)


async def main(code: str, url: str = "http://127.0.0.1:8026") -> None:
    """Listen to both sides until interrupted."""
    area = follow(url, [code])
    async with httpx.AsyncClient(timeout=40) as bot, area, asyncio.TaskGroup() as both:
        both.create_task(tell(bot, area))
        seen = 0
        while True:
            for update in await ask(bot, "getUpdates", offset=seen, timeout=25):
                seen = update["update_id"] + 1
                if (asked := update.get("message", {})).get("text", "").startswith("/now"):
                    chat = asked["chat"]["id"]
                    await ask(bot, "sendMessage", chat_id=chat, text=f"{code}: {area.state}")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
