"""X for the contract suite: the real tweepy against the simulated X."""

from collections.abc import Iterator
from contextlib import contextmanager

from channels_social.x.adapter import XChannel
from tests.channels_social.accounts import x_account
from tests.contract.rigs import Fault, Rig, Sent, elsewhere
from tests.sims import Simulator, free_port, x_simulator

PLAYS = frozenset(Fault)
PLAYED = {
    Fault.COMMIT_THEN_DROP: ("create_post", "commit_then_drop"),
    Fault.DROP: ("create_post", "drop_before_commit"),
    Fault.THROTTLE: ("create_post", "429_reset"),
    Fault.CREDENTIALS: ("create_post", "401"),
    Fault.CANNOT_READ: ("own_posts", "html_502"),
}


class XRig(Rig):
    """Mentions are written and answers read at the simulator."""

    def __init__(self, simulator: Simulator) -> None:
        account = x_account(simulator.url)
        dead = elsewhere(account, api_url=f"http://127.0.0.1:{free_port()}")
        super().__init__(channel=XChannel(), account=account, unreachable=dead)
        self.simulator = simulator

    def write(self, *, author: str, text: str) -> None:
        self.simulator.write(author_handle=author, author_name=author.title(), text=f"@northwell {text}")

    def ledger(self) -> list[Sent]:
        posts = self.simulator.ledger()["posts"]
        ours = [post for post in posts if post["author_id"] == self.account.external_id]
        return [Sent(external_id=post["id"], text=post["text"]) for post in ours]

    def inject(self, fault: Fault) -> None:
        if fault is Fault.REFUSE:
            for post in self.simulator.ledger()["posts"]:
                self.simulator.act("delete", {"id": post["id"]})
            return
        operation, kind = PLAYED[fault]
        self.simulator.fault(operation, kind, seconds=90)

    def reset(self) -> None:
        self.simulator.reset()


@contextmanager
def open_rig() -> Iterator[Rig]:
    """Start the simulated X."""
    with x_simulator() as simulator:
        yield XRig(simulator)
