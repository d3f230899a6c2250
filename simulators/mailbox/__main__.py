"""Start the simulated mail server: SMTP, IMAP for the city's account, and a page with the citizens' mailboxes."""

import argparse
import logging
from pathlib import Path

from simulators.control import Simulator
from simulators.keeping import Keeper, read
from simulators.mailbox.platform import Mailbox
from simulators.serving import hold_signals, serve


def main() -> None:
    """Read the command line and serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m simulators.mailbox", description="A mail server in memory.")
    for name in ("smtp", "imap", "web"):
        parser.add_argument(f"--{name}-port", type=int, required=True)
    parser.add_argument("--city", default="info@northwell.example", help="the city's address, and its IMAP user name")
    parser.add_argument("--city-password", default="demo")
    parser.add_argument("--sink-rest", action="store_true", help="take in mail for every other address too")
    parser.add_argument("--keep", type=Path, help="remember in this file which mails there were, across restarts")
    options = parser.parse_args()
    hold_signals()
    logging.disable(logging.WARNING)  # aiosmtpd warns that signing in without TLS is possible; here it is meant
    platform = Mailbox(city=options.city, password=options.city_password)
    simulator = Simulator(platform)
    if options.keep:
        platform.recall(read(options.keep))
    keeper = Keeper(options.keep, platform.memory) if options.keep else None
    if keeper:
        keeper.start()
    try:
        platform.start(
            smtp_port=options.smtp_port,
            imap_port=options.imap_port,
            simulator=simulator,
            takes_all=options.sink_rest,
        )
    except OSError as problem:
        raise SystemExit(f"Cannot listen for mail: {problem.strerror}.") from problem
    serve(simulator.handle, port=options.web_port, at_end=keeper.end if keeper else None)


if __name__ == "__main__":
    main()
