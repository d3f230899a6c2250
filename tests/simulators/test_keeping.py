"""A simulated town survives a restart when it is told where to keep its memory."""

import signal
import time

import pytest

from tests import sims

WRITINGS = {
    sims.x_simulator: {"author_handle": "dana", "author_name": "Dana", "text": "@northwell hello"},
    sims.facebook_simulator: {"kind": "message", "author_name": "Dana", "text": "hello"},
    sims.mailbox_simulator: {"from_address": "dana@citizens.example", "subject": "Hello", "text": "नमस्ते"},
}


def written(program):
    ledger = program.ledger()
    return [ledger.get(name) for name in ("posts", "comments", "messages", "mails")]


@pytest.mark.parametrize("start", WRITINGS)
def test_everything_is_there_after_a_restart(start, tmp_path):
    with start("--keep", str(tmp_path / "kept.json")) as program:
        program.write(**WRITINGS[start])
        before = written(program)

    with start("--keep", str(tmp_path / "kept.json")) as program:
        assert written(program) == before


def test_edits_and_deletions_are_there_after_a_restart(tmp_path):
    keep = ("--keep", str(tmp_path / "kept.json"))
    with sims.facebook_simulator(*keep) as program:
        comment = program.write(author_name="Dana", text="My bin?")["id"]
        program.act("edit", {"id": comment, "text": "My bins?"})
        program.act("delete", {"id": comment})
        before = written(program)

    with sims.facebook_simulator(*keep) as program:
        assert written(program) == before
        assert program.ledger()["comments"][0]["earlier"]


def test_a_kill_costs_a_second_at_most(tmp_path):
    file = tmp_path / "kept.json"
    with sims.x_simulator("--keep", str(file)) as program:
        post = program.write(**WRITINGS[sims.x_simulator])
        end = time.monotonic() + 3
        while not file.exists() or post["id"] not in file.read_text():
            assert time.monotonic() < end
            time.sleep(0.05)
        program.process.send_signal(signal.SIGKILL)

    with sims.x_simulator("--keep", str(file)) as program:
        assert program.ledger()["posts"][0]["id"] == post["id"]


def test_torn_file_begins_a_new_town(tmp_path):
    file = tmp_path / "kept.json"
    file.write_text('{"posts": [')

    with sims.x_simulator("--keep", str(file)) as program:
        assert program.ledger()["posts"] == []
