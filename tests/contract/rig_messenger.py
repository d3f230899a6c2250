"""Messenger for the contract suite: the same channel as the page's comments, on its private side."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from tests.contract.rig_facebook import PageRig
from tests.contract.rigs import Deed, Fault, Rig, Sent
from tests.sims import facebook_simulator

PLAYS = frozenset(Fault) - {Fault.UPLOAD}
DOES: frozenset[Deed] = frozenset()
LONG_AGO = timedelta(hours=30)


class MessengerRig(PageRig):
    """Messages are written and answers read at the simulator; what is refused is an answer after 24 hours."""

    operations = {Deed.SEND: "send_message"}
    looks_at = "conversations"

    def write(self, *, author: str, text: str) -> None:
        self.simulator.write(kind="message", author_name=author.title(), text=text)

    def ledger(self) -> list[Sent]:
        messages = self.simulator.ledger()["messages"]
        return [Sent(external_id=each["id"], text=each["text"]) for each in messages if each["by_api"]]

    def shown(self) -> list[Sent]:
        return self.ledger()

    def inject(self, fault: Fault, deed: Deed = Deed.SEND) -> None:
        if fault is not Fault.REFUSE:
            super().inject(fault, deed)
            return
        self.simulator.reset()
        self.simulator.write(
            kind="message", author_name="Dana", text="Long ago", age_seconds=LONG_AGO.total_seconds(), push="no"
        )


@contextmanager
def open_rig() -> Iterator[Rig]:
    """Start the simulated Facebook."""
    with facebook_simulator() as simulator:
        yield MessengerRig(simulator)
