"""Starts an installation and stays with it until it is told to stop: `python -m citizenservice.stack`."""

import argparse
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from citizenservice.stack.folders import closed_folder, forget
from citizenservice.stack.installation import ROOT, Installation, Ports, free_ports
from citizenservice.stack.lock import hold
from citizenservice.stack.problems import CannotStart, explain
from citizenservice.stack.run import check, serve

CHECK_PREFIX = "cs-check-"


def main() -> int:
    """Do what the command line says; the exit code."""
    options = parse()
    try:
        if options.check:
            return check_in_a_temporary_folder()
        data = closed_folder(Path(options.data or ROOT / "var").resolve())
        return serve(Installation(data=data, ports=Ports(web=options.port), has_demo=not options.no_demo))
    except CannotStart as refusal:
        return say(str(refusal))
    except KeyboardInterrupt:
        return say("Stopped.")
    except OSError as refusal:
        return say(str(explain(refusal)))


def parse() -> argparse.Namespace:
    """Read the command line; ./start has explained it already."""
    parser = argparse.ArgumentParser(prog="./start")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data")
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--check", action="store_true")
    return parser.parse_args()


def check_in_a_temporary_folder() -> int:
    """Run the self-test beside whatever else runs here, and leave nothing behind."""
    sweep_killed_checks()
    data = Path(tempfile.mkdtemp(prefix=CHECK_PREFIX))
    try:
        return check(Installation(data=data, ports=free_ports(), has_demo=True))
    finally:
        forget(data)
        shutil.rmtree(data, ignore_errors=True)


def sweep_killed_checks() -> None:
    """Remove what self-tests left that were killed: their lock is free. A very new one may just be starting."""
    for data in Path(tempfile.gettempdir()).glob(f"{CHECK_PREFIX}*"):
        with suppress(OSError, CannotStart):
            if time.time() - data.stat().st_mtime > 60:
                hold(data / "lock").close()
                forget(data)
                shutil.rmtree(data, ignore_errors=True)


def say(refusal: str) -> int:
    """Tell why it does not start."""
    sys.stdout.flush()
    sys.stderr.write(f"\n{refusal}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
