"""Facebook comments for the contract suite: the real facebook-sdk against the simulated page."""

from collections.abc import Iterator
from contextlib import contextmanager

from channels_social.facebook.adapter import FacebookChannel
from tests.channels_social.accounts import facebook_account
from tests.contract.rigs import Deed, Fault, Rig, Sent, elsewhere
from tests.sims import Simulator, facebook_simulator, free_port

PLAYS = frozenset(Fault)
DOES = frozenset({Deed.REPLACE, Deed.REMOVE})
PLAYED = {
    Fault.COMMIT_THEN_DROP: "commit_then_drop",
    Fault.DROP: "drop_before_commit",
    Fault.THROTTLE: "429_reset",
    Fault.CREDENTIALS: "401",
}


class PageRig(Rig):
    """Comments are written and answers read at the simulator."""

    operations = {Deed.SEND: "create_comment", Deed.REPLACE: "change", Deed.REMOVE: "delete"}
    looks_at = "comments"

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

    def shown(self) -> list[Sent]:
        gone = {each["id"] for each in self.simulator.ledger()["comments"] if each["deleted"]}
        return [sent for sent in self.ledger() if sent.external_id not in gone]

    def vanish(self, external_id: str) -> None:
        self.simulator.act("delete", {"id": external_id})

    def pictures(self, external_id: str) -> list[str]:
        photos = self.simulator.ledger()["photos"]
        return [photo["sha256"] for photo in photos if photo["carried_by"] == external_id]

    def inject(self, fault: Fault, deed: Deed = Deed.SEND) -> None:
        if fault is Fault.REFUSE:
            for each in self.simulator.ledger()["comments"]:
                self.vanish(each["id"])
        elif fault is Fault.CANNOT_READ:
            self.simulator.fault(self.looks_at, "html_502")
        elif fault is Fault.UPLOAD:
            self.simulator.fault("upload_photo", "commit_then_drop")
        else:
            self.simulator.fault(self.operations[deed], PLAYED[fault], seconds=90)

    def reset(self) -> None:
        self.simulator.reset()


@contextmanager
def open_rig() -> Iterator[Rig]:
    """Start the simulated Facebook."""
    with facebook_simulator() as simulator:
        yield PageRig(simulator)
