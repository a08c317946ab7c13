"""
Register webhooks with ua-alarm 1.3.7.2, unmodified: a subclass pins its base URL.

    PYTHON hook_ua_alarm.py BASE_URL FIRST_WEBHOOK SECOND_WEBHOOK

It subscribes to the first, waits for a line, changes it to the second, waits for another, and
unsubscribes; after each step it prints what the client made of the answer. See `read_ua_alarm` for
what this client is.
"""

import asyncio
import sys

from ua_alarm import Client

_, ADDRESS, FIRST, SECOND = sys.argv


class Pinned(Client):
    """The client, whose constructor sets an address and asks it at once."""

    @property
    def base_url(self):
        """Give this server's address, whatever the constructor sets."""
        return f"{ADDRESS}/compat/ukrainealarm"

    @base_url.setter
    def base_url(self, address):
        pass


client = Pinned("a long key")
subscribed = asyncio.run(client.subscribe_to_webhook({"webHookUrl": FIRST}))
print(subscribed.webHookUrl, flush=True)
sys.stdin.readline()
asyncio.run(client.update_webhook({"webHookUrl": SECOND}))
print("changed", flush=True)
sys.stdin.readline()
asyncio.run(client.unsubscribe_from_webhook({"webHookUrl": SECOND}))
print("removed", flush=True)
