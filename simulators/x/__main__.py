"""Start the simulated X: `python -m simulators.x --port P [--webhook URL] [--seed-demo] [--keep FILE]`."""

import argparse
from pathlib import Path

from simulators.control import Simulator
from simulators.keeping import Keeper, read
from simulators.serving import hold_signals, serve
from simulators.x.demo import POSTS
from simulators.x.platform import X


def main() -> None:
    """Read the command line and serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m simulators.x", description="A simulated X for tests and the demo.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook", default="", help="where to push mentions, for example http://…/webhooks/x/")
    parser.add_argument("--seed-demo", action="store_true", help="start with a few posts")
    parser.add_argument("--keep", type=Path, help="remember in this file what was written, across restarts")
    options = parser.parse_args()
    hold_signals()
    platform = X(webhook=options.webhook)
    if options.keep:
        platform.store.recall(read(options.keep))
    if options.seed_demo and platform.store.is_new():
        for fields in POSTS:
            platform.write(dict(fields))
    keeper = Keeper(options.keep, platform.store.memory) if options.keep else None
    if keeper:
        keeper.start()
    serve(Simulator(platform).handle, port=options.port, at_end=keeper.end if keeper else None)


if __name__ == "__main__":
    main()
