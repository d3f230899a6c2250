"""One installation: its data folder, ports and secrets, and the environment that every process of it gets."""

import base64
import os
import secrets
import shlex
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import environ

from citizenservice.stack.problems import CannotStart

ROOT = Path(__file__).resolve().parent.parent.parent
CITY_ADDRESS = "info@northwell.example"
CITY_PASSWORD = "demo"  # noqa: S105  (of a simulated mailbox that ends with the process)
MISLEADING = ("PYTHONHOME", "PYTHONPATH", "PYTHONSAFEPATH")


@dataclass(frozen=True)
class Ports:
    """The seven ports of one installation, counted from that of the web pages."""

    web: int

    @property
    def x(self) -> int:
        """The X simulator."""
        return self.web + 1

    @property
    def facebook(self) -> int:
        """The Facebook simulator."""
        return self.web + 2

    @property
    def mailbox(self) -> int:
        """The web page of the simulated mailbox."""
        return self.web + 3

    @property
    def mailbox_smtp(self) -> int:
        """Where the simulated mail server takes mail in."""
        return self.web + 4

    @property
    def mailbox_imap(self) -> int:
        """Where the simulated mail server hands mail out."""
        return self.web + 5

    @property
    def receiver(self) -> int:
        """Our own SMTP receiver."""
        return self.web + 6

    def all(self) -> range:
        """Every port, the web's first."""
        return range(self.web, self.web + 7)


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What is to be started: where its data lie, on which ports, and whether the demo city belongs to it."""

    data: Path
    ports: Ports
    has_demo: bool

    @property
    def address(self) -> str:
        """The public front page."""
        return f"http://127.0.0.1:{self.ports.web}/"

    def environment(self, outside: Mapping[str, str], *, database_url: str, redis_url: str) -> dict[str, str]:
        """The environment of every process: what is set outside wins, except where the demo must stay a demo."""
        settings = {
            "DJANGO_SETTINGS_MODULE": "citizenservice.settings",
            "PYTHONUNBUFFERED": "1",
            "CITIZENSERVICE_MODE": mode_for(outside, has_demo=self.has_demo),
            "PUBLIC_URL": outside.get("PUBLIC_URL", self.address.rstrip("/")),
            "DATA_DIR": str(self.data),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            **secrets_in(self.data),
        }
        if settings["CITIZENSERVICE_MODE"] == "production" and not outside.get("ALLOWED_HOSTS"):
            settings["ALLOWED_HOSTS"] = urlsplit(settings["PUBLIC_URL"]).hostname or ""
        own = {name: outside[name] for name in ("SECRET_KEY", "FIELD_KEYS") if outside.get(name)}
        kept = {name: value for name, value in outside.items() if name not in MISLEADING}
        return {**kept, **settings, **own, **(self._simulators() if self.has_demo else {})}

    def _simulators(self) -> dict[str, str]:
        ports = self.ports
        address = {name: f"http://127.0.0.1:{port}" for name, port in (("X", ports.x), ("FACEBOOK", ports.facebook))}
        login = f"{CITY_ADDRESS.replace('@', '%40')}:{CITY_PASSWORD}"
        return {
            "X_API_URL": address["X"],
            "FACEBOOK_API_URL": address["FACEBOOK"],
            "SIMULATOR_X_URL": address["X"],
            "SIMULATOR_FACEBOOK_URL": address["FACEBOOK"],
            "SIMULATOR_MAILBOX_URL": f"http://127.0.0.1:{ports.mailbox}",
            "SMTP_URL": f"smtp://127.0.0.1:{ports.mailbox_smtp}",
            "IMAP_URL": f"imap://{login}@127.0.0.1:{ports.mailbox_imap}",
        }


def outside_environment(*, with_env_file: bool) -> dict[str, str]:
    """What the person or the machine set, with `.env` beside manage.py as the second choice."""
    file = ROOT / ".env"
    if with_env_file and file.is_file():
        environ.Env.read_env(str(file))
    return dict(os.environ)


def mode_for(outside: Mapping[str, str], *, has_demo: bool) -> str:
    """The mode to run in: production only with an https address, for its cookies travel over nothing else.

    Raises CannotStart when the demo city would be poured into what is meant to be production.
    """
    wanted = outside.get("CITIZENSERVICE_MODE", "")
    if has_demo and wanted == "production":
        raise CannotStart("CITIZENSERVICE_MODE is production, where no demo city belongs. Use: ./start --no-demo")
    if has_demo or wanted == "demo":
        return "demo"
    is_public = urlsplit(outside.get("PUBLIC_URL", "")).scheme == "https"
    return "production" if wanted == "production" or is_public else "demo"


def secrets_in(data: Path) -> dict[str, str]:
    """The secrets of this data folder, made once and readable by their owner only."""
    file = data / "secrets"
    if not file.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "FIELD_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        write_private(file, "".join(f"{name}={value}\n" for name, value in made.items()))
    pairs = (line.partition("=") for line in file.read_text().splitlines() if line)
    return {name: value for name, _, value in pairs}


def write_environment(file: Path, environment: Mapping[str, str], *, outside: Mapping[str, str]) -> None:
    """Write what differs from outside as shell lines, so that manage.py can be used on this installation."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in environment.items() if outside.get(name) != value]
    write_private(file, "\n".join(sorted(lines)) + "\n")


def write_private(file: Path, text: str) -> None:
    """Write a file that was never readable by others, and never half written."""
    unfinished = file.with_name(file.name + ".new")
    with suppress(FileNotFoundError):
        unfinished.unlink()
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    unfinished.replace(file)


def is_free(port: int) -> bool:
    """Whether we could listen on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports() -> Ports:
    """Seven free ports in a row, for a run beside others."""
    for _ in range(200):
        ports = Ports(web=20000 + secrets.randbelow(12000))
        if all(is_free(port) for port in ports.all()):
            return ports
    raise CannotStart("No seven free ports in a row were found. Stop some other programs, then start again.")
