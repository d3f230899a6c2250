"""Start the simulated Facebook: `python -m simulators.facebook --port P [--webhook URL] [--seed-demo]`."""

import argparse

from simulators.control import Simulator
from simulators.facebook.demo import WRITINGS
from simulators.facebook.platform import Facebook
from simulators.serving import hold_signals, serve


def main() -> None:
    """Read the command line and serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m simulators.facebook", description="A simulated Facebook page.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook", default="", help="where to push events, for example http://…/webhooks/facebook/")
    parser.add_argument("--seed-demo", action="store_true", help="start with a few comments and messages")
    options = parser.parse_args()
    hold_signals()
    platform = Facebook(webhook=options.webhook)
    for fields in WRITINGS if options.seed_demo else ():
        platform.write(dict(fields))
    serve(Simulator(platform).handle, port=options.port)


if __name__ == "__main__":
    main()
