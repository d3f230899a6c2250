"""What stands in the tables is enough for every call to come further than to "not found"."""

from __future__ import annotations

import re

from tests.api.described import calls
from tests.api.described.scene import Scene


def test_scene_has_something_real_for_every_name_in_an_address(scene: Scene):
    named = {name for path in calls.description()["paths"] for name in re.findall(r"{(\w+)}", path)}

    assert named - scene.paths.keys() == set()
    assert all(scene.paths[name] for name in named)
