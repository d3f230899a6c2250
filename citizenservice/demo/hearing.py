"""Monitors of the demo city and what they found: public posts of its citizens that name nobody, a list of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from citizenservice.demo import people
from citizenservice.demo.city import City
from citizenservice.demo.wire import Words, remark
from enquiries.models import Monitor, Overheard, Payload
from enquiries.services.incoming import intake
from enquiries.services.platforms import listening, overhearing

READER = "demo"
SERIAL = 9000
"""What the numbers of these posts begin with, apart from those of enquiries."""
SINCE = timedelta(days=3)
EVERY_SECONDS = 300


@dataclass(frozen=True)
class Remark:
    """What somebody says in public, so many minutes ago. `is_left` says that the desk has left it alone."""

    minutes: int
    name: str
    text: str
    language: str = "en"
    is_left: bool = False


WASTE, ROADS, WINTER = "Bins and fly-tipping", "Roads and street lights", "Winter gritting"
QUERIES = {
    WASTE: 'Northwell bins OR Northwell "fly-tipping" OR Northwell grofvuil OR "نورثويل"',
    ROADS: 'Northwell pothole OR Northwell "street light" OR Northwell roadworks',
    WINTER: "Northwell gritting OR Northwell ice",
}
"""Name of a monitor → what it listens for, in X's search language. The last one waits for the winter."""
REMARKS = {
    WASTE: (
        Remark(
            35,
            "Harriet Cholmondeley-Warner",
            "Third week running that the bins on Larkspur Close were left half full. Is this how it is in Northwell now?",
        ),
        Remark(
            110,
            "Tom Baker",
            "Somebody has dumped a fridge and two mattresses by the canal bridge in Northwell. Fly-tipping again, right on "
            "the way to school.",
        ),
        Remark(190, "Joost 't Hart", "Weet iemand waar je in Northwell grofvuil kwijt kunt zonder auto?", "nl"),
        Remark(310, "سلمى حداد", "هل يعرف أحد في نورثويل متى تُفرَّغ حاويات إعادة التدوير بعد العطلة؟", "ar"),
    ),
    ROADS: (
        Remark(
            75,
            "Agnes MacGillivray of Glenlochar",
            "New pothole on Harbour Road, Northwell, exactly where the cycle lane begins. My front wheel is finished.",
        ),
        Remark(
            260,
            "Muhammed Ali Karaosmanoğlu-Büyükkaragöz",
            "Northwell roadworks, a love story: Castle Street is closed, the diversion is closed, and so is the road around "
            "the diversion.",
        ),
        Remark(
            420,
            "Li",
            "To whoever got the street light on St Oswald's Terrace going again: thank you, Northwell!",
            is_left=True,
        ),
    ),
}


def listen(city: City, *, now: datetime) -> None:
    """Begin the monitors, and let those in use have found what they listen for."""
    crew = city.crews[people.STREETS]
    supervisor, agent = crew.supervisors[0], crew.agents[0]
    for name, query in QUERIES.items():
        monitor = listening.begin(
            account_id=city.accounts["x"].pk,
            name=name,
            query=query,
            every_seconds=EVERY_SECONDS,
            by_id=supervisor.pk,
            now=now - SINCE,
        )
        for said in REMARKS.get(name, ()):
            heard = _hear(monitor, said, SERIAL + said.minutes, now)
            if said.is_left:
                overhearing.leave(overheard_id=heard.pk, by_id=agent.pk, now=now)
        if name not in REMARKS:
            listening.pause(monitor_id=monitor.pk, by_id=supervisor.pk, now=now - SINCE)


def _hear(monitor: Monitor, said: Remark, serial: int, now: datetime) -> Overheard:
    """Let a post come in as the search would bring it: raw first, then read."""
    then = (now - timedelta(minutes=said.minutes)).replace(microsecond=0)
    written = remark(
        Words(
            account=monitor.account,
            name=said.name,
            subject="",
            text=said.text,
            language=said.language,
            topic="",
            at=then,
            serial=serial,
        )
    )
    accepted = intake.accept_payload(
        account_id=monitor.account_id,
        source=Payload.Source.MONITOR,
        external_id=overhearing.name_for(monitor, written.external_id),
        raw=written.raw,
        now=then,
    )
    intake.read_now(accepted.payload_id, now=then, worker=READER)
    return Overheard.objects.get(account=monitor.account_id, external_id=written.external_id)
