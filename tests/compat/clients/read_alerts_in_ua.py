"""
Read a server with alerts-in-ua 0.4.0 (MIT), unmodified: only its base URL is set.

    PYTHON read_alerts_in_ua.py BASE_URL

Runs in the client's own environment and prints what its API returned, as JSON.
"""

import asyncio
import json
import sys

import requests
from alerts_in_ua.async_client import AsyncClient
from alerts_in_ua.client import Client

base = sys.argv[1]
asked = []
get = requests.get


def counted(*args, **more):
    """Remember the status of each answer on its way to the client."""
    answer = get(*args, **more)
    asked.append(answer.status_code)
    return answer


requests.get = counted
client = Client("any token")
client.base_url = f"{base}/compat/alerts.in.ua/v1/"

alerts = client.get_active_alerts()
again = client.get_active_alerts()
after_first = list(asked)
oblasts = client.get_air_raid_alert_statuses_by_oblast()
levels = client.get_air_raid_alert_statuses_by_oblast(include_alert_level=True)
every = client.get_air_raid_alert_statuses(include_alert_level=True)
kyiv = client.get_air_raid_alert_status("м. Київ")
history = client.get_alerts_history("м. Київ")


async def from_afar():
    """Ask the same with the asynchronous client."""
    AsyncClient.API_BASE_URL = base
    away = AsyncClient("any token")
    away.base_url = "/compat/alerts.in.ua/v1/"
    found = await away.get_active_alerts()
    same = await away.get_active_alerts()
    return len(found), len(same)


print(
    json.dumps(
        {
            "oblasts": sorted(a.location_title for a in alerts if a.location_type == "oblast"),
            "since": {
                a.location_uid: a.started_at.isoformat()
                for a in alerts
                if a.location_type == "oblast"
            },
            "hromadas": sorted(
                a.location_title for a in alerts.get_alerts_by_location_type("hromada")
            ),
            "air_raids": len(alerts.get_air_raid_alerts()),
            "red": len(alerts.get_red_alerts()),
            "statuses": after_first,
            "again": len(again),
            "updated_at": alerts.get_last_updated_at().isoformat(),
            "active": sorted(o.location_title for o in oblasts.get_active_alert_oblasts()),
            "partly": sorted(o.location_title for o in oblasts.get_partly_active_alert_oblasts()),
            "red_oblasts": sorted(o.location_title for o in levels.get_red_alert_oblasts()),
            "kyiv": kyiv.status,
            "kyiv_of_all": every[31].status,
            "a_raion_of_all": every[36].status,
            "regions": len(every),
            "history": [
                [a.started_at.isoformat(), a.finished_at and a.finished_at.isoformat()]
                for a in history
            ],
            "async": asyncio.run(from_afar()),
        }
    )
)
