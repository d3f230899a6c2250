"""pytest plugin for the browser tests, which run in a call of their own: `pytest -p playwright -p tests.chromium -m browser`.

Playwright keeps an event loop in the main thread, which would make database calls of all other tests fail.
"""

import os
import shutil
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)

# Chromium hears only the last list of features, so it begins with what Playwright switches off itself.
OF_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
# The list under the address bar is two pages of its own, loaded anew with every window: more work than our pages are.
ADDRESS_BAR = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxSimplification")
ARGUMENTS = (
    # As root it has no sandbox, and containers have little shared memory.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    # Nobody has a graphics card here: to imitate one costs more than to draw without.
    "--disable-gpu",
    f"--disable-features={','.join((*OF_PLAYWRIGHT, *ADDRESS_BAR))}",
)

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's Chromium, without what only people at a screen need."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": [*ARGUMENTS]}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, loudly and counted, where there is no Chromium."""
    if CHROMIUM:
        return
    for item in items:
        item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: apt install chromium"))
