"""The adaptive media engine's rules: what the line can carry, and what to make of it.

One turn of the loop, all of it without I/O and without a clock:

    packets sent + transport-wide feedback --flight--> `observation.Feedback`
    `observation.Feedback` --estimator--> `observation.LineEstimate`
    `observation.LineEstimate` + wishes --allocator, ladder--> `plan.Plan`
    `plan.Plan` --> encoders (rungs), `client.core.lanes.Scheduler` (budgets)

``scripts/linklab/simulation`` runs the same loop against simulated lines.
"""
