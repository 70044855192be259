"""Training: what a scenario is, and what of it was forgotten."""
