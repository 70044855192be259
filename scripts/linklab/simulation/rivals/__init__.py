"""The known families, built to be compared with the estimator that is used.

`gcc` follows delay gradients and losses, `nada` one aggregate of queueing delay and losses. Both
answer the same calls as `client.core.adaptation.estimator.Estimator`.
"""
