"""The list of everything that runs: servers, simulators, pages, workers, beat, and who receives and watches mail."""

import http.client
import re
import signal
import socket
import sys
from collections.abc import Callable, Mapping

from citizenservice.stack import postgres, valkey
from citizenservice.stack.installation import CITY_ADDRESS, CITY_PASSWORD, Installation
from citizenservice.stack.postgres import Cluster
from citizenservice.stack.program import Program
from citizenservice.stack.valkey import Valkey

QUEUES = "intake,clocks,bulk,files"
POSTING = "posting"
"""A queue with workers of its own: however much arrives, an approved reply leaves."""
DATABASE_LAYER, HINTS_LAYER, SIMULATOR_LAYER, SERVICE_LAYER = range(4)
SAYS_READY = re.compile(r"^ready\b")
# Every few seconds a sweep looks at the database and tells so: true, but not news.
SWEEP_TALK = re.compile(r" celery\.(worker\.strategy|app\.trace|beat|worker\.consumer)\b| INFO +kombu")


def database(cluster: Cluster) -> Program:
    """The embedded PostgreSQL."""
    return Program(
        name="postgres",
        command=tuple(cluster.command()),
        env=postgres.environment(),
        layer=DATABASE_LAYER,
        is_ready=cluster.is_ready,
        before=cluster.clear_stale,
        identity=cluster.identity,
        stop_signal=postgres.STOP_SIGNAL,
        patience_seconds=20,
        boring=re.compile(r"checkpoint (starting|complete)"),
    )


def hints(server: Valkey) -> Program:
    """The embedded Valkey."""
    return Program(
        name="valkey",
        command=tuple(server.command()),
        env=postgres.environment(),
        layer=HINTS_LAYER,
        is_ready=server.is_ready,
        before=server.clear_stale,
        stop_signal=valkey.STOP_SIGNAL,
        patience_seconds=5,
        boring=re.compile(r"Memory overcommit must be enabled"),
    )


def manage(name: str, env: Mapping[str, str], *arguments: str) -> Program:
    """One of Django's commands, run to its end."""
    return Program(name=name, command=(sys.executable, "manage.py", *arguments), env=env, layer=SERVICE_LAYER)


def selftest(installation: Installation, env: Mapping[str, str]) -> Program:
    """The self-test: what it needs to know is on the pages, as for any person."""
    command: tuple[str, ...] = (sys.executable, "-m", "citizenservice.check")
    command += ("--port", str(installation.ports.web), "--sign-ins", str(installation.data / "done-demo"))
    return Program(name="self-test", command=command, env=env, layer=SERVICE_LAYER, speaks=True)


def service(installation: Installation, env: Mapping[str, str]) -> list[Program]:
    """What makes the service: pages, workers, beat, mail receiver, and who listens at mailboxes."""
    ports = installation.ports
    (installation.data / "beat").mkdir(exist_ok=True)
    python = sys.executable
    celery = (python, "-m", "celery", "-A", "citizenservice")
    gunicorn: tuple[str, ...] = (
        python,
        "-m",
        "gunicorn",
        "citizenservice.wsgi:application",
        "--bind",
        f"127.0.0.1:{ports.web}",
    )
    gunicorn += ("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload", "--no-control-socket")
    gunicorn += ("--graceful-timeout", "5", "--log-level", "warning")
    quiet = ("--without-gossip", "--without-mingle", "-l", "INFO")
    worker = (*celery, "worker", "-n", "worker@%h", "-Q", QUEUES, "-c", "2", *quiet)
    posting = (*celery, "worker", "-n", "posting@%h", "-Q", POSTING, "-c", "2", *quiet)
    beat = (*celery, "beat", "-s", str(installation.data / "beat" / "schedule"), "--pidfile=", "-l", "INFO")
    receiver = (python, "manage.py", "receive_mail", "--port", str(ports.receiver))
    watcher = (python, "manage.py", "watch_mail")
    return [
        _of_service("web", gunicorn, env, is_ready=answers(ports.web, "/healthz")),
        _of_service("worker", worker, env, ready_line=re.compile(r"\bready\."), patience_seconds=15),
        _of_service("posting", posting, env, ready_line=re.compile(r"\bready\."), patience_seconds=15),
        _of_service("beat", beat, env, ready_line=re.compile(r"beat: Starting|Scheduler:|beat v")),
        _of_service("receiver", receiver, env, is_ready=listens(ports.receiver)),
        # Who stops it waits for each mailbox to be left, which takes about a second.
        _of_service("mail-watch", watcher, env, ready_line=SAYS_READY, patience_seconds=15),
    ]


def _of_service(
    name: str,
    command: tuple[str, ...],
    env: Mapping[str, str],
    *,
    is_ready: Callable[[], bool] | None = None,
    ready_line: re.Pattern[str] | None = None,
    patience_seconds: float = 10,
) -> Program:
    return Program(
        name=name,
        command=command,
        env=env,
        layer=SERVICE_LAYER,
        is_ready=is_ready,
        ready_line=ready_line,
        stop_signal=signal.SIGTERM,
        patience_seconds=patience_seconds,
        boring=SWEEP_TALK,
    )


def simulators(installation: Installation, env: Mapping[str, str]) -> list[Program]:
    """The foreign world of the demo: X, Facebook and a mail server. They see nothing of our environment."""
    env = _foreign(env)
    ports, hooks = installation.ports, f"{installation.address}webhooks"
    kept = installation.data / "simulators"
    kept.mkdir(exist_ok=True)
    mailbox: tuple[str, ...] = ("--smtp-port", str(ports.mailbox_smtp), "--imap-port", str(ports.mailbox_imap))
    mailbox += ("--web-port", str(ports.mailbox), "--city", CITY_ADDRESS, "--city-password", CITY_PASSWORD)
    # Whoever leaves an address on the form can read the reply in the simulated mailbox.
    mailbox += ("--sink-rest", "--keep", str(kept / "mailbox.json"))
    x = ("--port", str(ports.x), "--webhook", f"{hooks}/x/", "--keep", str(kept / "x.json"))
    facebook: tuple[str, ...] = ("--port", str(ports.facebook), "--webhook", f"{hooks}/facebook/")
    facebook += ("--keep", str(kept / "facebook.json"))
    return [
        _simulator("x", env, *x),
        _simulator("facebook", env, *facebook),
        _simulator("mailbox", env, *mailbox),
    ]


def citizens(env: Mapping[str, str]) -> Program:
    """Simulated citizens who go on writing, so that the desk lives."""
    addresses = {name.lower(): env[f"SIMULATOR_{name}_URL"] for name in ("X", "FACEBOOK")}
    places = {**addresses, "mail": env["SIMULATOR_MAILBOX_URL"]}
    words = [word for name, address in places.items() for word in (f"--{name}", address)]
    return _simulator("citizens", _foreign(env), *words)


def _foreign(env: Mapping[str, str]) -> dict[str, str]:
    return {name: env[name] for name in ("PATH", "HOME", "LANG", "PYTHONUNBUFFERED") if name in env}


def _simulator(name: str, env: Mapping[str, str], *arguments: str) -> Program:
    command = (sys.executable, "-m", f"simulators.{name}", *arguments)
    return Program(name=name, command=command, env=env, layer=SIMULATOR_LAYER, ready_line=SAYS_READY, boring=SAYS_READY)


def answers(port: int, path: str) -> Callable[[], bool]:
    """A question: does a page of this machine answer 200?"""

    def is_answering() -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return is_answering


def listens(port: int) -> Callable[[], bool]:
    """A question: does a program of this machine take connections on a port?"""

    def is_listening() -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
        except OSError:
            return False
        return True

    return is_listening
