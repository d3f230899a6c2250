"""Joins programs, identity and folders into the two embedded servers of one data folder."""

from collections.abc import Mapping
from pathlib import Path

from citizenservice.stack.binaries import find_postgres, find_valkey
from citizenservice.stack.folders import copy_for_nobody, make_place_for_nobody, socket_folder
from citizenservice.stack.identity import choose_identity
from citizenservice.stack.postgres import Cluster
from citizenservice.stack.valkey import Valkey


def cluster_in(data: Path, *, options: Mapping[str, str]) -> Cluster:
    """The PostgreSQL cluster of a data folder, not yet made or started.

    The folder's name carries the major version, so a newer program never meets an older cluster.
    """
    programs = find_postgres(majors_in_use=_majors_in(data))
    identity = choose_identity(programs.program("postgres"), writing_in=data)
    if identity.kind != "setuid":
        folder = data / f"postgres-{programs.major}"
        return Cluster(programs, identity, folder=folder, sockets=socket_folder(data), options=options)
    place = make_place_for_nobody(data, identity=identity)
    programs = find_postgres(majors_in_use=_majors_in(place) or frozenset({programs.major}))
    return Cluster(
        copy_for_nobody(programs, place=place),
        identity,
        folder=place / f"postgres-{programs.major}",
        sockets=place,
        options=options,
    )


def _majors_in(folder: Path) -> frozenset[int]:
    versions = folder.glob("postgres-*/PG_VERSION")
    return frozenset(int(version.read_text().strip()) for version in versions)


def valkey_in(data: Path) -> Valkey:
    """The Valkey server of a data folder, not yet started. It keeps our own identity even as root."""
    return Valkey(program=find_valkey(), folder=socket_folder(data))
