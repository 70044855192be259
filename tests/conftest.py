"""What holds for every test."""

from hypothesis import HealthCheck, settings

# No example is judged by the clock: a busy machine must not fail a property.
settings.register_profile("chevet", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("chevet")
