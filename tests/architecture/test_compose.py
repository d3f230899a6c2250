"""docker-compose.yml and Dockerfile, checked without a Docker engine: by the specification's schema and by our rules."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from citizenservice.celery import QUEUES
from citizenservice.stack.installation import ROOT, Installation, Ports
from citizenservice.stack.programs import service

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, entry in SERVICES.items() if "build" in entry)
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SECRETS = ("SECRET_KEY", "FIELD_KEYS", "POSTGRES_PASSWORD", "APP_DB_PASSWORD")


def test_compose_file_follows_the_specification() -> None:
    schema = json.loads(Path(__file__).with_name("compose-spec.json").read_text())

    jsonschema.validate(COMPOSE, schema)


def test_schema_finds_a_wrong_file() -> None:
    schema = json.loads(Path(__file__).with_name("compose-spec.json").read_text())

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"services": {"web": {"imagee": "x"}}}, schema)


def test_every_part_of_the_service_is_there() -> None:
    assert OURS == [
        "beat",
        "mail-watch",
        "migrate",
        "receiver",
        "web",
        "worker-clocks",
        "worker-files",
        "worker-intake",
        "worker-posting",
    ]
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert SERVICES["redis"]["image"].startswith("redis:")


@pytest.mark.parametrize("name", OURS)
def test_own_containers_are_closed(name: str) -> None:
    entry = SERVICES[name]

    assert entry["user"] == "10001:10001"
    assert entry["read_only"] is True
    assert entry["cap_drop"] == ["ALL"]
    assert entry["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_servers_are_neither_root_nor_reachable_from_outside(name: str) -> None:
    assert SERVICES[name]["user"] == name
    assert "ports" not in SERVICES[name]
    assert SERVICES[name]["networks"] == ["inside"] and COMPOSE["networks"]["inside"]["internal"] is True


@pytest.mark.parametrize("name", [name for name in OURS if name != "migrate"])
def test_nothing_starts_before_database_hints_and_tables(name: str) -> None:
    conditions = {other: entry["condition"] for other, entry in SERVICES[name]["depends_on"].items()}

    assert conditions == {
        "postgres": "service_healthy",
        "redis": "service_healthy",
        "migrate": "service_completed_successfully",
    }


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate", "beat"}))
def test_health_is_asked(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", SECRETS)
def test_compose_refuses_an_empty_secret(name: str) -> None:
    uses = re.findall(rf"\$\{{{name}([^}}]*)\}}", (ROOT / "docker-compose.yml").read_text())

    assert uses and all(use.startswith(":?") for use in uses)


@pytest.mark.parametrize("name", SECRETS)
def test_example_has_no_secret_to_be_copied(name: str) -> None:
    assert f"\n{name}=\n" in (ROOT / ".env.example").read_text()


def test_example_names_every_variable_of_the_compose_file() -> None:
    used = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text())) - {"CITIZENSERVICE_VERSION"}

    assert used <= set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))


def test_every_queue_has_a_worker() -> None:
    workers = [entry["command"] for name, entry in SERVICES.items() if name.startswith("worker-")]

    assert sorted(queue for command in workers for queue in command[command.index("-Q") + 1].split(",")) == sorted(
        QUEUES
    )


def test_image_runs_what_start_runs(tmp_path: Path) -> None:
    installation = Installation(data=tmp_path, ports=Ports(web=8000), has_demo=False)
    programs = {program.name: list(program.command[1:]) for program in service(installation, {})}
    command = json.loads(re.sub(r"\\\n\s*", "", DOCKERFILE[DOCKERFILE.index("CMD [") + 4 :]))

    assert [word for word in programs["web"] if not word.startswith("127.")] == [
        word for word in command[1:] if word not in ("0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm")
    ]
    for name in (name for name in SERVICES if name.startswith("worker-")):
        local, container = (
            programs["posting" if name == "worker-posting" else "worker"].copy(),
            SERVICES[name]["command"][1:],
        )
        del local[local.index("-n") : local.index("-n") + 2]  # two workers of one machine need names
        local[local.index("-Q") + 1] = container[container.index("-Q") + 1]
        assert container == local
    assert SERVICES["beat"]["command"][1:6] == programs["beat"][:5]
    assert SERVICES["receiver"]["command"][1:3] == programs["receiver"][:2]
    assert SERVICES["mail-watch"]["command"][1:] == programs["mail-watch"]


def test_image_installs_and_collects_as_start_does() -> None:
    run = (ROOT / "citizenservice" / "stack" / "run.py").read_text()

    assert "RUN python3 start --install image" in DOCKERFILE
    assert '"collectstatic", "--no-input", "--verbosity", "0"' in run
    assert "manage.py collectstatic --no-input --verbosity 0" in DOCKERFILE


def test_image_holds_no_secret_and_is_not_root() -> None:
    lasting = "\n".join(
        line for line in re.sub(r"\\\n", "", DOCKERFILE).splitlines() if line.startswith(("ENV", "ARG"))
    )

    assert not re.search(r"SECRET|PASSWORD|KEY", lasting)
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, flags=re.MULTILINE)
    assert {".env", ".git", "var"} <= set((ROOT / ".dockerignore").read_text().splitlines())
