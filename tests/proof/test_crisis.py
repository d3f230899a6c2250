"""A crisis night on the simulated platforms: each word written arrives once, whatever the platforms do meanwhile."""

import json
import random
import subprocess
import sys
import time
from collections import Counter

import pytest

from enquiries.models import Message, Payload
from enquiries.services.incoming import intake
from simulators import credentials
from simulators.crisis import LONGEST_POST, Crowd, Night
from simulators.outgoing import Pusher
from tests.people import City
from tests.sims import ROOT, Simulator, facebook_simulator, x_simulator
from worklist.queue import database_now

NIGHT = "--minutes 0.1 --usual 2 --factor 10 --outage 1.5 --seed 4"


def delivered(simulator: Simulator) -> None:
    """Wait until nothing is left to be pushed."""
    simulator.wait_for(lambda ledger: ledger["webhook"]["pending"] == 0, seconds=60)
    time.sleep(0.3)  # the last may still be on its way


@pytest.mark.django_db(transaction=True)
def test_what_is_written_in_a_crisis_arrives_once(live_server, city: City):
    city.accounts["x"].keep_secrets({"consumer_secret": credentials.X_CONSUMER_SECRET})
    city.accounts["facebook"].keep_secrets(
        {"app_secret": credentials.FACEBOOK_APP_SECRET, "verify_token": credentials.FACEBOOK_VERIFY_TOKEN}
    )
    for kind in ("x", "facebook"):
        city.accounts[kind].save()
    hooks = f"{live_server.url}/webhooks"
    with (
        x_simulator("--webhook", f"{hooks}/x/") as x,
        facebook_simulator("--webhook", f"{hooks}/facebook/") as facebook,
    ):
        for simulator in (x, facebook):
            simulator.wait_for(lambda ledger: ledger["webhook"]["proved"])
        command = [sys.executable, "-m", "simulators.crisis", "--x", x.url, "--facebook", facebook.url, *NIGHT.split()]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        assert run.returncode == 0, run.stderr
        told = json.loads(run.stdout)
        delivered(x)
        delivered(facebook)
        ledgers = {"x": x.ledger(), "facebook": facebook.ledger()}
    while intake.read_due_payloads(now=database_now(), worker="w"):
        pass

    assert sum(told["written"].values()) > 50
    assert told["refused"] == 0
    assert set(told["moods"]) == {"hostile", "everyday", "worried"}
    assert any(ledger["webhook"]["delivered"] > told["written"][name] for name, ledger in ledgers.items()), "some twice"
    kept = Counter(Message.objects.filter(direction="IN").values_list("account__kind", flat=True))
    assert kept == told["written"]
    assert not Payload.objects.exclude(state="READ").exists()


def test_night_has_a_calm_a_flood_and_in_its_middle_an_outage():
    night = Night(seconds=300, usual=0.5, factor=10, outage_seconds=40)

    assert [night.rate(at) for at in (0, 59, 60, 254, 255)] == [0.5, 0.5, 5, 5, 0.5]
    begins, ends = night.outage
    assert ends - begins == 40
    assert night.flood[0] < begins < ends < night.flood[1]
    assert not Night(seconds=300, usual=1, factor=10, outage_seconds=0).is_dark(157.5)


def test_same_seed_brings_the_same_crowd():
    one, other = Crowd(random.Random(7)), Crowd(random.Random(7))

    said = [one.write("x") for _ in range(200)]

    assert said == [other.write("x") for _ in range(200)]
    assert all(len(fields["text"]) <= LONGEST_POST + len("@northwell ") for _, fields in said)


def test_scattered_pushes_come_late_in_any_order_and_some_twice():
    pusher = Pusher(url="", sign=lambda body: {}, handshake=lambda url: False)
    pusher.subscribe("http://127.0.0.1:1/")
    pusher.scatter(within_seconds=60, twice=0.5, seed=3)

    for number in range(40):
        pusher.push(str(number).encode())

    assert 45 < pusher.state()["pending"] < 75
    order = [int(each.body) for each in sorted(pusher._heap)]
    assert order != sorted(order)

    pusher.forget()
    pusher.scatter(within_seconds=0, twice=0, seed=0)
    for number in range(5):
        pusher.push(str(number).encode())
    assert [int(each.body) for each in sorted(pusher._heap)] == [0, 1, 2, 3, 4]
    pusher.subscribe("")
