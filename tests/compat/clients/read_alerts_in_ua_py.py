"""
Read a server with alerts-in-ua-py 1.4.4 (MIT), unmodified: only its base URL is set.

    PYTHON read_alerts_in_ua_py.py BASE_URL

Runs in the client's own environment and prints what its API returned, as JSON. Its first request
sends an empty If-Modified-Since.
"""

import asyncio
import json
import sys

from alerts_in_ua import AlertsClient, AsyncAlertsClient

url = f"{sys.argv[1]}/compat/alerts.in.ua/v1/alerts/active.json"
client = AlertsClient("any token")
client._url = url
sent = [client._headers["If-Modified-Since"]]
locations = client.get_active()
statuses = [client._response_status_code]
sent.append(client._headers["If-Modified-Since"])
again = client.get_active()
statuses.append(client._response_status_code)
picture = locations.render_map().getvalue()


async def from_afar():
    """Ask the same with the asynchronous client."""
    away = AsyncAlertsClient("any token")
    away._url = url
    return len(await away.get_active())


print(
    json.dumps(
        {
            "oblasts": sorted(locations.filter(location_type="oblast").location_title),
            "hromadas": sorted(locations.filter(location_type="hromada").location_title),
            "again": len(again),
            "statuses": statuses,
            "sent": sent,
            "picture": picture[:8].hex(),
            "async": asyncio.run(from_afar()),
        }
    )
)
