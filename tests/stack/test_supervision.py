"""What happens when something of a running installation is killed, told to stop, or started twice."""

import os
import signal
import time
import urllib.request

from tests.stack.conftest import Tiny, eventually


def answers(tiny: Tiny) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{tiny.port}/", timeout=5) as page:
            return bool(page.status == 200)
    except OSError:
        return False


def test_ctrl_c_stops_everything_in_order(tiny: Tiny) -> None:
    run = tiny.up()

    run.send_signal(signal.SIGINT)

    assert run.wait(timeout=20) == 0
    assert tiny.everything() == []
    assert "asked to stop" in tiny.output() and "down" in tiny.output()
    assert not (tiny.data / "children.json").exists()


def test_terminate_stops_everything(tiny: Tiny) -> None:
    run = tiny.up()

    run.terminate()

    assert run.wait(timeout=20) == 0
    assert tiny.everything() == []


def test_killed_parent_takes_everything_along_and_starts_again(tiny: Tiny) -> None:
    tiny.up().kill()

    assert eventually(lambda: not tiny.everything(), seconds=10), tiny.everything()
    tiny.up()
    assert answers(tiny)


def test_start_right_after_a_killed_parent_waits_for_its_ports(tiny: Tiny) -> None:
    run = tiny.up()
    run.kill()
    run.wait(timeout=10)

    tiny.up()

    assert answers(tiny)


def test_killed_postmaster_is_replaced(tiny: Tiny) -> None:
    tiny.up()
    before = tiny.children()["postgres"]

    os.kill(before, signal.SIGKILL)

    assert eventually(lambda: "postgres" in tiny.children() and tiny.children()["postgres"] != before)
    assert eventually(lambda: "ready to accept connections" in tiny.output().rpartition("starting it again")[2])


def test_killed_page_and_valkey_are_replaced(tiny: Tiny) -> None:
    tiny.up()
    before = tiny.children()

    for pid in [pid for name, pid in before.items() if name != "postgres"]:
        os.kill(pid, signal.SIGKILL)

    assert eventually(lambda: tiny.output().count("starting it again") == 2)
    assert eventually(lambda: answers(tiny))
    assert tiny.children()["postgres"] == before["postgres"]


def test_program_that_dies_again_and_again_ends_the_whole_with_a_sentence(tiny: Tiny) -> None:
    run = tiny.up()
    until = time.monotonic() + 30
    while run.poll() is None and time.monotonic() < until:
        for name, pid in list(tiny.children().items()) if (tiny.data / "children.json").exists() else []:
            if name.startswith("valkey"):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)

    assert run.wait(timeout=20) == 1
    assert "valkey ends again and again (signal SIGKILL), so everything stops." in tiny.output()
    assert tiny.everything() == []


def test_everything_killed_starts_again_in_spite_of_stale_files(tiny: Tiny) -> None:
    tiny.up()
    for pid in tiny.everything():
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not tiny.everything())
    stale = next(tiny.data.glob("postgres-*")) / "postmaster.pid"
    # A stranger that runs: us. PostgreSQL alone would take it for its predecessor and refuse.
    stale.write_text(f"{os.getpid()}\n" + stale.read_text().partition("\n")[2])

    tiny.up()

    assert answers(tiny)


def test_second_start_names_the_first(tiny: Tiny) -> None:
    run = tiny.up()

    second = tiny.begin()

    assert second.wait(timeout=20) == 1
    assert f"Already running (process {run.pid})." in tiny.output()
    assert answers(tiny)
