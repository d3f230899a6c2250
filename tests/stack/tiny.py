"""An installation without Django: PostgreSQL, Valkey and one small page under the real supervisor, for the tests."""

import sys
from pathlib import Path

from citizenservice.stack import programs
from citizenservice.stack.console import Console
from citizenservice.stack.embedded import cluster_in, valkey_in
from citizenservice.stack.folders import closed_folder
from citizenservice.stack.journal import Journal
from citizenservice.stack.lock import hold
from citizenservice.stack.postgres import THROWAWAY
from citizenservice.stack.problems import CannotStart
from citizenservice.stack.program import Program
from citizenservice.stack.supervisor import StopRequested, Supervisor

PAGE = "import http.server as h, sys; h.HTTPServer(('127.0.0.1', int(sys.argv[1])), h.SimpleHTTPRequestHandler).serve_forever()"


def main(data: Path, port: int) -> None:
    journal = Journal(data / "children.json")
    supervisor = Supervisor(Console(steps=1), journal=journal, folder=data)
    supervisor.shows_lines = True
    with hold(closed_folder(data) / "lock"):
        supervisor.listen_to_signals()
        journal.end_leftovers(patience_seconds=5)
        try:
            start(supervisor, data, port)
            supervisor.console.say("up")
            supervisor.watch()
        except StopRequested:
            supervisor.console.say("asked to stop")
        finally:
            supervisor.stop()
            supervisor.console.say("down")


def start(supervisor: Supervisor, data: Path, port: int) -> None:
    cluster, valkey = cluster_in(data, options=THROWAWAY), valkey_in(data)
    cluster.create()
    supervisor.start([programs.database(cluster), programs.hints(valkey)], seconds=30)
    cluster.ensure_database("tiny")
    page = (sys.executable, "-c", PAGE, str(port), str(data))
    is_ready = programs.answers(port, "/")
    supervisor.start([Program(name="web", command=page, env={}, layer=3, is_ready=is_ready)], seconds=30)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), int(sys.argv[2]))
    except CannotStart as refusal:
        sys.exit(str(refusal))
