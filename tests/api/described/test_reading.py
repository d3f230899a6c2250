"""The description is true of every call that reads."""

from tests.api.described import calls

globals().update(calls.tests_of(lambda method: method == "get"))
