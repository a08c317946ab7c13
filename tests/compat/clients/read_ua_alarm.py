"""
Read a server with ua-alarm 1.3.7.2, unmodified: a subclass pins its base URL.

    PYTHON read_ua_alarm.py BASE_URL

That client is under GPL-3: it is a peer that tests talk to over HTTP, in a process and environment
of its own. Tocsin neither imports nor ships it. Its models check every answer strictly.
"""

import asyncio
import json
import sys

from ua_alarm import Client


class Pinned(Client):
    """The client, whose constructor sets an address and asks it at once."""

    @property
    def base_url(self):
        """Give this server's address, whatever the constructor sets."""
        return f"{sys.argv[1]}/compat/ukrainealarm"

    @base_url.setter
    def base_url(self, address):
        pass


client = Pinned("any key")
alerts = asyncio.run(client.get_alerts())
kyiv = asyncio.run(client.get_alerts(31))
history = asyncio.run(client.get_region_history(31))
regions = asyncio.run(client.get_regions())
print(
    json.dumps(
        {
            "states": sorted(
                region.regionName
                for region in alerts
                if any(a.regionType.value == "State" for a in region.activeAlerts)
                and region.regionType.value == "State"
            ),
            "kyiv": [a.type.value for a in kyiv[0].activeAlerts],
            "kyiv_since": kyiv[0].lastUpdate.isoformat(),
            "history": [
                [a.startDate.isoformat(), a.endDate.isoformat(), a.duration, a.isContinue]
                for a in history.alarms
            ],
            "index": asyncio.run(client.get_alert_status()).lastActionIndex,
            "regions": len(regions.states),
        }
    )
)
