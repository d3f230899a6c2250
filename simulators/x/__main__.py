"""Start the simulated X: `python -m simulators.x --port P [--webhook URL] [--seed-demo]`."""

import argparse

from simulators.control import Simulator
from simulators.serving import hold_signals, serve
from simulators.x.demo import POSTS
from simulators.x.platform import X


def main() -> None:
    """Read the command line and serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m simulators.x", description="A simulated X for tests and the demo.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook", default="", help="where to push mentions, for example http://…/webhooks/x/")
    parser.add_argument("--seed-demo", action="store_true", help="start with a few posts")
    options = parser.parse_args()
    hold_signals()
    platform = X(webhook=options.webhook)
    for fields in POSTS if options.seed_demo else ():
        platform.write(dict(fields))
    serve(Simulator(platform).handle, port=options.port)


if __name__ == "__main__":
    main()
