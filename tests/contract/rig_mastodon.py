"""Mastodon for the contract suite: the real Mastodon.py against the simulated server."""

from collections.abc import Iterator
from contextlib import contextmanager

from channels_social.mastodon.adapter import MastodonChannel
from tests.channels_social.mastodon_account import mastodon_account
from tests.contract.rigs import Deed, Fault, Rig, Sent, elsewhere
from tests.sims import Simulator, free_port, mastodon_simulator

PLAYS = frozenset(Fault)
DOES = frozenset({Deed.REPLACE, Deed.REMOVE})
OPERATIONS = {Deed.SEND: "create_status", Deed.REPLACE: "edit_status", Deed.REMOVE: "delete_status"}
PLAYED = {
    Fault.COMMIT_THEN_DROP: "commit_then_drop",
    Fault.DROP: "drop_before_commit",
    Fault.THROTTLE: "429_reset",
    Fault.CREDENTIALS: "401",
}


class MastodonRig(Rig):
    """Mentions are written and answers read at the simulator."""

    def __init__(self, simulator: Simulator) -> None:
        account = mastodon_account(simulator.url)
        dead = elsewhere(account, api_url=f"http://127.0.0.1:{free_port()}")
        super().__init__(channel=MastodonChannel(), account=account, unreachable=dead)
        self.simulator = simulator

    def write(self, *, author: str, text: str) -> None:
        self.simulator.write(author_handle=author, author_name=author.title(), text=f"@northwell {text}")

    def ledger(self) -> list[Sent]:
        return [_sent(post) for post in self.simulator.ledger()["posts"] if post["by_api"]]

    def shown(self) -> list[Sent]:
        return [_sent(post) for post in self.simulator.ledger()["posts"] if post["by_api"] and not post["deleted"]]

    def vanish(self, external_id: str) -> None:
        self.simulator.act("delete", {"id": external_id})

    def pictures(self, external_id: str) -> list[str]:
        ledger = self.simulator.ledger()
        (post,) = [post for post in ledger["posts"] if post["id"] == external_id]
        return [ledger["media"][number]["sha256"] for number in post["media_ids"]]

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


def _sent(post: dict[str, str]) -> Sent:
    """What people read, without the name before it by which Mastodon finds the citizen."""
    _, _, text = post["text"].partition(" ")
    return Sent(external_id=post["id"], text=text)


@contextmanager
def open_rig() -> Iterator[Rig]:
    """Start the simulated Mastodon."""
    with mastodon_simulator() as simulator:
        yield MastodonRig(simulator)
