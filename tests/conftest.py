"""What holds for every test."""

import pytest
from hypothesis import HealthCheck, settings

# The common driver tests live beside the code; pytest explains their failures as it does ours.
pytest.register_assert_rewrite("devices.testing")

# No example is judged by the clock: a busy machine must not fail a property.
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples each time: a change that lands is judged by itself. New ones are looked for with
# `pytest --hypothesis-profile=search`.
settings.register_profile("chevet", settings.get_profile("search"), derandomize=True)
settings.load_profile("chevet")
