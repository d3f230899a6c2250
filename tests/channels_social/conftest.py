"""Running simulators, forgetful between tests."""

from collections.abc import Iterator

import pytest

from tests.sims import Simulator, facebook_simulator, mastodon_simulator, x_simulator


@pytest.fixture(scope="module")
def x_program() -> Iterator[Simulator]:
    with x_simulator() as simulator:
        yield simulator


@pytest.fixture
def x(x_program: Simulator) -> Simulator:
    x_program.reset()
    return x_program


@pytest.fixture(scope="module")
def facebook_program() -> Iterator[Simulator]:
    with facebook_simulator() as simulator:
        yield simulator


@pytest.fixture
def facebook(facebook_program: Simulator) -> Simulator:
    facebook_program.reset()
    return facebook_program


@pytest.fixture(scope="module")
def mastodon_program() -> Iterator[Simulator]:
    with mastodon_simulator() as simulator:
        yield simulator


@pytest.fixture
def mastodon(mastodon_program: Simulator) -> Simulator:
    mastodon_program.reset()
    return mastodon_program
