"""The description is true of every call that writes."""

from tests.api.described import calls

globals().update(calls.tests_of(lambda method: method != "get"))
