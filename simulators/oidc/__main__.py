"""Start the simulated identity provider: `python -m simulators.oidc --port P [--seed-demo]`."""

import argparse

from simulators.control import Simulator
from simulators.oidc.platform import Provider
from simulators.serving import serve


def main() -> None:
    """Read the command line and serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m simulators.oidc", description="A simulated identity provider.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed-demo", action="store_true", help="start with the people of the demo")
    options = parser.parse_args()
    provider = Provider(issuer=f"http://127.0.0.1:{options.port}", demo=options.seed_demo)
    serve(Simulator(provider).handle, port=options.port)


if __name__ == "__main__":
    main()
