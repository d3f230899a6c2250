"""The order of a start: lock, servers, schema, demo city, programs; then wait; then everything back."""

import hashlib
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from citizenservice.stack import programs
from citizenservice.stack.console import Console
from citizenservice.stack.embedded import cluster_in, valkey_in
from citizenservice.stack.installation import (
    ROOT,
    Installation,
    is_free,
    outside_environment,
    write_environment,
    write_private,
)
from citizenservice.stack.journal import Journal
from citizenservice.stack.lock import hold
from citizenservice.stack.postgres import LASTING
from citizenservice.stack.problems import CannotStart
from citizenservice.stack.program import Program
from citizenservice.stack.supervisor import StopRequested, Supervisor

DATABASE = "citizenservice"
NEEDED_MB = 200
OUR_PREFIXES = ("SIMULATOR_", "X_", "FACEBOOK_", "SMTP_", "IMAP_", "CITIZENSERVICE_")
OUR_NAMES = ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "ALLOWED_HOSTS", "SECRET_KEY", "FIELD_KEYS", "DATA_DIR")


class Start:
    """One start of one installation, step by step."""

    def __init__(self, installation: Installation, *, outside: Mapping[str, str], is_check: bool) -> None:
        self.installation = installation
        # The self-test wants a quick start and a quiet town.
        self.has_citizens = not is_check
        self.demo_options = ("--number", "24") if is_check else ()
        self.data = installation.data
        self.outside = outside
        self.console = Console(steps=6 if installation.has_demo else 5)
        self.journal = Journal(self.data / "children.json")
        self.supervisor = Supervisor(self.console, journal=self.journal, folder=ROOT)
        self.env: dict[str, str] = {}

    def up(self) -> None:
        """Start everything. Raises CannotStart or StopRequested."""
        self.supervisor.listen_to_signals()
        self._make_room()
        with self.console.step("database"):
            database_url = self.outside.get("DATABASE_URL") or self._own_database()
        with self.console.step("hint server"):
            redis_url = self.outside.get("REDIS_URL") or self._own_hints()
        self.env = self.installation.environment(self.outside, database_url=database_url, redis_url=redis_url)
        write_environment(self.data / "environment", self.env, outside=self.outside)
        with self.console.step("tables"):
            self._manage("migrate", "migrate", "--no-input", "--verbosity", "0")
        with self.console.step("style sheets and pictures"):
            self._once("static", static_fingerprint(self.data), "collectstatic", "--no-input", "--verbosity", "0")
        if self.installation.has_demo:
            with self.console.step("demo city"):
                self._once("demo", hashlib.sha256(database_url.encode()).hexdigest(), "demo", *self.demo_options)
        with self.console.step("pages, workers and simulators" if self.installation.has_demo else "pages and workers"):
            self.supervisor.start(self._programs(), seconds=90)

    def _make_room(self) -> None:
        self.journal.end_leftovers(patience_seconds=5)
        free_mb = shutil.disk_usage(self.data).free // 2**20
        if free_mb < NEEDED_MB:
            raise CannotStart(f"The disk is full: {free_mb} MB are free in {self.data}, {NEEDED_MB} are needed.")
        for port in self.installation.ports.all():
            if not is_free(port):
                raise CannotStart(
                    f"Port {port} is taken by another program. Stop that, or choose other ports: "
                    f"./start --port {self.installation.ports.web + 100}"
                )

    def _own_database(self) -> str:
        cluster = cluster_in(self.data, options=LASTING)
        cluster.create()
        self.supervisor.start([programs.database(cluster)], seconds=60)
        cluster.ensure_database(DATABASE)
        return cluster.url(DATABASE)

    def _own_hints(self) -> str:
        server = valkey_in(self.data)
        self.supervisor.start([programs.hints(server)], seconds=20)
        return server.url()

    def _manage(self, name: str, *arguments: str) -> list[str]:
        try:
            return self.supervisor.run(programs.manage(name, self.env, *arguments), seconds=600)
        except CannotStart as refusal:
            raise in_plain_words(refusal, outside=self.outside) from refusal

    def _once(self, name: str, fingerprint: str, *arguments: str) -> None:
        """Run a command unless it was done for exactly this; what it said is kept with the note."""
        note = self.data / f"done-{name}"
        if note.exists() and note.read_text().partition("\n")[0] == fingerprint:
            return
        said = self._manage(name, *arguments)
        write_private(note, "\n".join([fingerprint, *said]) + "\n")

    def _programs(self) -> list[Program]:
        simulators = programs.simulators(self.installation, self.env) if self.installation.has_demo else []
        citizens = [programs.citizens(self.env)] if self.installation.has_demo and self.has_citizens else []
        return [*simulators, *programs.service(self.installation, self.env), *citizens]

    def welcome(self) -> None:
        """Say where everything is and who may sign in."""
        self.console.say()
        self.console.say(f"Citizenservice is running: {self.installation.address}")
        if self.installation.has_demo:
            for line in (self.data / "done-demo").read_text().splitlines()[1:]:
                self.console.say(f"  {line}")
        else:
            self.console.say(f"  commands: . {self.data / 'environment'}; .venv/bin/python manage.py help")
        self.console.say("Ctrl-C stops everything.")
        self.console.say()

    def tell_troubles(self) -> None:
        """Show the last lines of those programs that reported an error."""
        for child in self.supervisor.children:
            if any("ERROR" in line or "Traceback" in line for line in child.last_lines):
                self.console.say(f"The last lines of {child.program.name}:\n{child.why()}")

    def down(self) -> None:
        """Stop everything that was started."""
        begun = time.monotonic()
        if not self.supervisor.children:
            return
        self.console.say("Stopping …")
        self.supervisor.shows_lines = False
        self.supervisor.stop()
        self.console.say(f"Stopped after {time.monotonic() - begun:.1f} s.")


def serve(installation: Installation) -> int:
    """Start, and stay until told to stop; the exit code."""
    start = Start(installation, outside=outside_environment(with_env_file=True), is_check=False)
    with hold(installation.data / "lock"):
        try:
            start.up()
            start.welcome()
            start.supervisor.shows_lines = True
            start.supervisor.watch()
        except StopRequested:
            return 0
        finally:
            start.down()
    return 0


def check(installation: Installation) -> int:
    """Start in a temporary folder, run the self-test against it, stop; 0 only if all went right."""
    outside = outside_environment(with_env_file=False)
    kept = {name: value for name, value in outside.items() if not is_ours(name)}
    start = Start(installation, outside=kept, is_check=True)
    with hold(installation.data / "lock"):
        try:
            start.up()
            start.console.say()
            start.supervisor.run(programs.selftest(installation, start.env), seconds=300)
        except StopRequested:
            return 130
        except CannotStart:
            start.tell_troubles()
            raise
        finally:
            start.down()
    return 0


def is_ours(name: str) -> bool:
    """Whether a variable would lead the self-test to real data or real accounts."""
    return name.startswith(OUR_PREFIXES) or name in OUR_NAMES


def in_plain_words(refusal: CannotStart, *, outside: Mapping[str, str]) -> CannotStart:
    """Replace the end of a traceback by a sentence where its cause is known."""
    text = str(refusal)
    if "No space left on device" in text:
        return CannotStart("The disk is full. Free some space, or choose another folder with --data.")
    if "OperationalError" in text and outside.get("DATABASE_URL"):
        return CannotStart("The database at DATABASE_URL does not answer. Start it, correct the address, or unset it.")
    return refusal


def static_fingerprint(data: Path) -> str:
    """One word for all files that collectstatic copies: ours by size and time, the packages' by their versions."""
    digest = hashlib.sha256()
    for file in sorted(own_static_files(but_not=data)):
        digest.update(f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}\n".encode())
    digest.update((ROOT / "requirements.txt").read_bytes())
    return digest.hexdigest()


def own_static_files(*, but_not: Path) -> list[Path]:
    """The static files of this checkout, without the copies that collectstatic made."""
    found = [file for pattern in ("static/**/*", "*/static/**/*") for file in ROOT.glob(pattern) if file.is_file()]
    return [file for file in found if not {but_not, ROOT / "var"} & set(file.parents)]
