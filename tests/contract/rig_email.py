"""E-mail for the contract suite: real SMTP and IMAP against the simulated mail server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from channels_email.adapter import EmailChannel
from tests.channels_email.accounts import email_account
from tests.contract.rigs import Deed, Fault, Rig, Sent, elsewhere
from tests.sims import Simulator, free_port, mailbox_simulator

PLAYS = frozenset(Fault) - {Fault.UPLOAD}
DOES: frozenset[Deed] = frozenset()
PLAYED = {
    Fault.COMMIT_THEN_DROP: ("smtp_data", "commit_then_drop"),
    Fault.DROP: ("smtp_data", "drop_before_commit"),
    Fault.REFUSE: ("smtp_rcpt", "402"),
    Fault.THROTTLE: ("smtp_rcpt", "429"),
    Fault.CREDENTIALS: ("smtp_rcpt", "401"),
}


class EmailRig(Rig):
    """Mails are written at the simulator's handle, replies are read in its ledger."""

    def __init__(self, simulator: Simulator) -> None:
        ports = simulator.ports
        account = email_account(smtp_port=ports["smtp-port"], imap_port=ports["imap-port"])
        nobody = free_port()
        super().__init__(
            channel=EmailChannel(), account=account, unreachable=elsewhere(account, smtp_port=nobody, imap_port=nobody)
        )
        self.simulator, self.well = simulator, account

    def write(self, *, author: str, text: str) -> None:
        self.simulator.write(
            from_address=f"{author}@citizens.example", from_name=author.title(), subject="A question", text=text
        )

    def ledger(self) -> list[Sent]:
        mails = self.simulator.ledger()["mails"]
        return [Sent(external_id=mail["message_id"], text=mail["text"]) for mail in mails if not mail["to_city"]]

    def shown(self) -> list[Sent]:
        return self.ledger()

    def inject(self, fault: Fault, deed: Deed = Deed.SEND) -> None:
        if fault is Fault.CANNOT_READ:
            self.account = replace(self.well, secrets={"imap_password": "of-last-year"})
            return
        operation, kind = PLAYED[fault]
        self.simulator.fault(operation, kind)

    def reset(self) -> None:
        self.account = self.well
        self.simulator.reset()


@contextmanager
def open_rig() -> Iterator[Rig]:
    """Start the simulated mail server."""
    with mailbox_simulator() as simulator:
        yield EmailRig(simulator)
