"""
Read a server with uasiren 0.0.1 (MIT), unmodified: only its base URL is set.

    PYTHON read_uasiren.py BASE_URL

Runs in the client's own environment and prints what its API returned, as JSON. These are the three
calls by which Home Assistant asks, and the cheap one that it does not use.
"""

import asyncio
import json
import sys

from aiohttp import ClientSession
from uasiren.client import Client

Client.BASE_PATH = f"{sys.argv[1]}/compat/siren.pp.ua/api/v3"


async def main():
    """Ask everything once."""
    async with ClientSession() as session:
        client = Client(session)
        regions = await client.get_regions()
        found = {
            "alerts": await client.get_alerts(),
            "kyiv": await client.get_alerts("31"),
            "a_raion": await client.get_alerts("36"),
            "index": (await client.get_last_alert_index())["lastActionIndex"],
            "states": len(regions["states"]),
            "districts": sum(len(state["regionChildIds"]) for state in regions["states"]),
        }
        print(json.dumps(found))


asyncio.run(main())
