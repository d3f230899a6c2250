"""X for the contract suite: the real tweepy against the simulated X."""

from collections.abc import Iterator
from contextlib import contextmanager

from channels_social.x.adapter import XChannel
from tests.channels_social.accounts import x_account
from tests.contract.rigs import Deed, Fault, Rig, Sent, elsewhere
from tests.sims import Simulator, free_port, x_simulator

PLAYS = frozenset(Fault)
DOES = frozenset({Deed.REMOVE})
OPERATIONS = {Deed.SEND: "create_post", Deed.REMOVE: "delete_post"}
PLAYED = {
    Fault.COMMIT_THEN_DROP: "commit_then_drop",
    Fault.DROP: "drop_before_commit",
    Fault.THROTTLE: "429_reset",
    Fault.CREDENTIALS: "401",
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

    def shown(self) -> list[Sent]:
        gone = {post["id"] for post in self.simulator.ledger()["posts"] if post["deleted"]}
        return [sent for sent in self.ledger() if sent.external_id not in gone]

    def vanish(self, external_id: str) -> None:
        self.simulator.act("delete", {"id": external_id})

    def pictures(self, external_id: str) -> list[str]:
        ledger = self.simulator.ledger()
        media = {each["id"]: each["sha256"] for each in ledger["media"]}
        (post,) = [post for post in ledger["posts"] if post["id"] == external_id]
        return [media[number] for number in post["media"]]

    def inject(self, fault: Fault, deed: Deed = Deed.SEND) -> None:
        if fault is Fault.REFUSE:
            for post in self.simulator.ledger()["posts"]:
                self.vanish(post["id"])
        elif fault is Fault.CANNOT_READ:
            self.simulator.fault("own_posts", "html_502")
        elif fault is Fault.UPLOAD:
            self.simulator.fault("upload", "commit_then_drop")
        else:
            self.simulator.fault(OPERATIONS[deed], PLAYED[fault], seconds=90)

    def reset(self) -> None:
        self.simulator.reset()


@contextmanager
def open_rig() -> Iterator[Rig]:
    """Start the simulated X."""
    with x_simulator() as simulator:
        yield XRig(simulator)
