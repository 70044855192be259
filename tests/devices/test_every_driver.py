"""House rules and wire rules that every driver keeps, third-party ones included."""

from instrument_bench import CAPTURES

from devices import registry
from devices.testing import *  # noqa: F403 -- the tests
from devices.testing import each_driver

pytest_generate_tests = each_driver({name: CAPTURES / f"{name}.cap" for name in registry.names()})
