"""
Read a server with alertapi 0.0.7 (MIT), unmodified: only its base URL is set.

    PYTHON read_alertapi.py BASE_URL [UPDATES]

Runs in the client's own environment and prints what its API returned, as JSON; then, with a number
of updates to wait for, a line once its stream is open and a line for each update.
"""

import asyncio
import json
import sys

from alertapi.internal import routes

routes.BASE_URL = f"{sys.argv[1]}/compat/alerts.com.ua"

import alertapi  # noqa: E402  # After its base URL is set: it is copied when a client is made.


async def read():
    """Ask everything once."""
    client = alertapi.APIClient(access_token="any key")
    states = await client.fetch_states()
    return {
        "states": len(states),
        "on": sorted(state.name_en for state in states if state.alert),
        "of_those": len(await client.fetch_states(with_alert=True)),
        "kyiv": await client.is_alert("Kyiv"),
        "kyiv_since": (await client.fetch_state("Kyiv")).changed,
        "picture": str((await client.static_map()).url),
    }


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
print(json.dumps(loop.run_until_complete(read())), flush=True)

if len(sys.argv) > 2:
    gateway = alertapi.GatewayClient(access_token="any key")
    waiting = list(range(int(sys.argv[2])))

    @gateway.listen(alertapi.ClientConnectedEvent)
    async def on_hello(event):
        """Say that the stream is open."""
        print("open", flush=True)

    @gateway.listen(alertapi.StateUpdateEvent)
    async def on_update(event):
        """Tell one update; leave after the last."""
        waiting.pop()
        print(json.dumps([event.state.name_en, event.state.alert]), flush=True)
        if not waiting:
            loop.stop()

    try:
        gateway.connect()
    except RuntimeError as error:
        if "stopped before" not in str(error):
            raise
