"""What ./test runs beside each other is all there is, and what is named to come first is there."""

from pathlib import Path

from tests.thrift import LONG_FILES, WHOLE_STACKS, is_left_out

ROOT = Path(__file__).resolve().parents[2]
FILES = [path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")]
SIDES = ("only", "none")


def test_each_file_is_run_on_exactly_one_side():
    assert len(FILES) > 300
    assert [name for name in FILES if sum(not is_left_out(name, side=side) for side in SIDES) != 1] == []


def test_script_runs_both_sides():
    script = (ROOT / "test").read_text(encoding="utf-8")

    assert all(f'"--whole-stacks={side}"' in script for side in SIDES)


def test_what_comes_first_is_there():
    assert [name for name in LONG_FILES if name not in FILES] == []
    assert [start for start in WHOLE_STACKS if not any(name.startswith(start) for name in FILES)] == []
