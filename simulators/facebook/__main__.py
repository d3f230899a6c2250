"""Start the simulated Facebook: `python -m simulators.facebook --port P [--webhook URL] [--seed-demo] [--keep FILE]`."""

import argparse
from pathlib import Path

from simulators.control import Simulator
from simulators.facebook.demo import WRITINGS
from simulators.facebook.platform import Facebook
from simulators.keeping import Keeper, read
from simulators.serving import hold_signals, serve


def main() -> None:
    """Read the command line and serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m simulators.facebook", description="A simulated Facebook page.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook", default="", help="where to push events, for example http://…/webhooks/facebook/")
    parser.add_argument("--seed-demo", action="store_true", help="start with a few comments and messages")
    parser.add_argument("--keep", type=Path, help="remember in this file what was written, across restarts")
    options = parser.parse_args()
    hold_signals()
    platform = Facebook(webhook=options.webhook)
    if options.keep:
        platform.store.recall(read(options.keep))
    if options.seed_demo and platform.store.is_new():
        for fields in WRITINGS:
            platform.write(dict(fields))
    keeper = Keeper(options.keep, platform.store.memory) if options.keep else None
    if keeper:
        keeper.start()
    serve(Simulator(platform).handle, port=options.port, at_end=keeper.end if keeper else None)


if __name__ == "__main__":
    main()
