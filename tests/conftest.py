"""What holds for every test."""

import pytest
from hypothesis import HealthCheck, settings

# The common driver tests live beside the code; pytest explains their failures as it does ours.
pytest.register_assert_rewrite("devices.testing")

# No example is judged by the clock: a busy machine must not fail a property.
settings.register_profile("chevet", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("chevet")
