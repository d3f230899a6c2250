"""The least that a committed row costs: psycopg2, one table without indexes, one commit per row."""

from __future__ import annotations

import argparse
import json
import os
import threading
import time

import psycopg2

from bench.load import comment

TABLE = "CREATE TABLE IF NOT EXISTS bench_bare (id bigserial PRIMARY KEY, raw bytea NOT NULL)"


def main() -> None:
    """Insert for some seconds on one connection, then on eight."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, required=True)
    seconds = parser.parse_args().seconds
    with psycopg2.connect(os.environ["DATABASE_URL"]) as connection:
        connection.cursor().execute(TABLE)
    print(json.dumps({f"insert_{n}_connections": per_second(connections=n, seconds=seconds) for n in (1, 8)}))


def per_second(*, connections: int, seconds: float) -> float:
    """Return committed rows per second over all connections."""
    counts = [0] * connections
    begun = time.perf_counter()
    threads = [threading.Thread(target=_insert, args=(counts, n, begun + seconds)) for n in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(sum(counts) / (time.perf_counter() - begun), 1)


def _insert(counts: list[int], place: int, until: float) -> None:
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    cursor = connection.cursor()
    while time.perf_counter() < until:
        cursor.execute("INSERT INTO bench_bare (raw) VALUES (%s)", [comment(counts[place])])
        counts[place] += 1
    connection.close()


if __name__ == "__main__":
    main()
