"""Both ends of a consultation killed at random instants, and what their records say afterwards."""
