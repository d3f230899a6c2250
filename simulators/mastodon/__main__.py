"""Start the simulated Mastodon: `python -m simulators.mastodon --port P [--keep FILE]`."""

import argparse
from pathlib import Path

from simulators.control import Simulator
from simulators.keeping import Keeper, read
from simulators.mastodon.platform import Mastodon
from simulators.serving import hold_signals, serve


def main() -> None:
    """Read the command line and serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m simulators.mastodon", description="A simulated Mastodon server.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--keep", type=Path, help="remember in this file what was written, across restarts")
    options = parser.parse_args()
    hold_signals()
    platform = Mastodon()
    if options.keep:
        platform.store.recall(read(options.keep))
    keeper = Keeper(options.keep, platform.store.memory) if options.keep else None
    if keeper:
        keeper.start()
    serve(Simulator(platform).handle, port=options.port, at_end=keeper.end if keeper else None)


if __name__ == "__main__":
    main()
