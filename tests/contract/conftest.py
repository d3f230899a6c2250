"""One running rig per channel, forgetful between tests."""

from collections.abc import Iterator

import pytest

from tests.contract.rigs import Rig, kinds, open_rig


@pytest.fixture(scope="module", params=kinds())
def running_rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    with open_rig(request.param) as rig:
        yield rig


@pytest.fixture
def rig(running_rig: Rig) -> Rig:
    running_rig.reset()
    return running_rig
