"""Starts a demo city of its own, signs in as its people, and writes a picture of each main page into docs/pictures/."""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "pictures"
STARTS_WITHIN = 240
PASSWORD = "northwell-demo"  # the demo's own, printed by ./start
AGENT, SUPERVISOR = "anouk@northwell.example", "margaret@northwell.example"
WIDE, PHONE = (1440, 900), (320, 720)


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the page, who looks, and how. `opens` are links and buttons that are pressed first, in order."""

    name: str
    address: str
    who: str = ""
    size: tuple[int, int] = WIDE
    dark: bool = False
    opens: tuple[str, ...] = ()


FIRST_ENQUIRY = (".rows a",)
UNSURE = ("a[href*='/desk/postings/']", "#platform button")
"""From what needs attention to a reply that nobody is sure of, and to what its platform shows now."""
SHOTS = (
    Shot("front", "/"),
    Shot("ask-320", "/ask/", size=PHONE),
    Shot("sign-in", "/accounts/login/"),
    Shot("desk", "/desk/", AGENT, opens=FIRST_ENQUIRY),
    Shot("desk-dark", "/desk/", AGENT, dark=True, opens=FIRST_ENQUIRY),
    Shot("desk-320", "/desk/", AGENT, size=PHONE),
    Shot("enquiry-320", "/desk/", AGENT, size=PHONE, opens=FIRST_ENQUIRY),
    Shot("approvals", "/desk/approvals/", SUPERVISOR),
    Shot("approvals-dark", "/desk/approvals/", SUPERVISOR, dark=True),
    Shot("policy", "/desk/policy/", SUPERVISOR),
    Shot("trust", "/desk/trust/", SUPERVISOR),
    Shot("my-trust", "/desk/trust/mine/", AGENT),
    Shot("freezes", "/desk/freezes/", SUPERVISOR),
    Shot("standards", "/desk/standards/", SUPERVISOR),
    Shot("attention", "/desk/attention/", SUPERVISOR),
    Shot("channels", "/desk/channels/", SUPERVISOR),
    Shot("channels-dark", "/desk/channels/", SUPERVISOR, dark=True),
    Shot("overheard", "/desk/overheard/", AGENT),
    Shot("overheard-320", "/desk/overheard/", AGENT, size=PHONE),
    Shot("monitors", "/desk/overheard/monitors/", SUPERVISOR),
    Shot("posting", "/desk/attention/", SUPERVISOR, opens=UNSURE),
    Shot("posting-dark", "/desk/attention/", SUPERVISOR, dark=True, opens=UNSURE),
)


@contextmanager
def demo(port: int) -> Iterator[str]:
    """Run a demo city in a folder that is thrown away, and give its address once it answers."""
    data = Path(tempfile.mkdtemp(prefix="pictures-"))
    process = subprocess.Popen(
        [sys.executable, "-m", "citizenservice.stack", "--port", str(port), "--data", str(data)], cwd=ROOT
    )
    try:
        yield _ready(f"http://127.0.0.1:{port}", process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        shutil.rmtree(data, ignore_errors=True)


def _ready(address: str, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit("The demo did not start; its own words are above.")
        try:
            with urllib.request.urlopen(f"{address}/accounts/login/", timeout=5):
                return address
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit(f"The demo did not answer within {STARTS_WITHIN} seconds.")


def take(browser: Browser, address: str, shot: Shot) -> None:
    """Take one picture. A page that answers with an error stops everything: no picture may show one."""
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if shot.dark else "light", locale="en-GB"
    )
    page = context.new_page()
    if shot.who:
        _sign_in(page, address, shot.who)
    answer = page.goto(address + shot.address)
    if answer is None or not answer.ok:
        raise SystemExit(
            f"{shot.address} answered {answer.status if answer else 'nothing'}: no picture of {shot.name}."
        )
    for link in shot.opens:
        page.locator(link).first.click()
        page.wait_for_load_state("networkidle")
    page.locator("#main > .page").evaluate_all("all => all.forEach((one) => one.scrollTo(0, 0))")
    page.screenshot(path=FOLDER / f"{shot.name}.png")
    context.close()
    sys.stdout.write(f"{shot.name}\n")


def _sign_in(page: Page, address: str, who: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/**")


def main() -> None:
    """Take them all, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which pictures (default: all)")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument(
        "--chromium", default=shutil.which("chromium"), help="the browser (default: the one on the path)"
    )
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo(options.port) as address, sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        for shot in SHOTS:
            if not options.names or shot.name in options.names:
                take(browser, address, shot)
        browser.close()


if __name__ == "__main__":
    main()
