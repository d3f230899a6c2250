"""Facebook comments for the contract suite: the real facebook-sdk against the simulated page."""

from collections.abc import Iterator
from contextlib import contextmanager

from channels_social.facebook.adapter import FacebookChannel
from tests.channels_social.accounts import facebook_account
from tests.contract.rigs import Fault, Rig, Sent, elsewhere
from tests.sims import Simulator, facebook_simulator, free_port

PLAYS = frozenset(Fault)


class PageRig(Rig):
    """Comments are written and answers read at the simulator."""

    played = {
        Fault.COMMIT_THEN_DROP: ("create_comment", "commit_then_drop"),
        Fault.DROP: ("create_comment", "drop_before_commit"),
        Fault.THROTTLE: ("create_comment", "429_reset"),
        Fault.CREDENTIALS: ("create_comment", "401"),
        Fault.CANNOT_READ: ("comments", "html_502"),
    }

    def __init__(self, simulator: Simulator) -> None:
        account = facebook_account(simulator.url)
        dead = elsewhere(account, api_url=f"http://127.0.0.1:{free_port()}")
        super().__init__(channel=FacebookChannel(), account=account, unreachable=dead)
        self.simulator = simulator

    def write(self, *, author: str, text: str) -> None:
        self.simulator.write(kind="comment", author_name=author.title(), text=text)

    def ledger(self) -> list[Sent]:
        entries = self.simulator.ledger()["comments"]
        return [Sent(external_id=each["id"], text=each["text"]) for each in entries if each["by_api"]]

    def inject(self, fault: Fault) -> None:
        if fault is Fault.REFUSE:
            for each in self.simulator.ledger()["comments"]:
                self.simulator.act("delete", {"id": each["id"]})
            return
        operation, kind = self.played[fault]
        self.simulator.fault(operation, kind, seconds=90)

    def reset(self) -> None:
        self.simulator.reset()


@contextmanager
def open_rig() -> Iterator[Rig]:
    """Start the simulated Facebook."""
    with facebook_simulator() as simulator:
        yield PageRig(simulator)
