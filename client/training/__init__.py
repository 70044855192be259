"""Training mode: the same site, with patients, instruments and a GP that are simulated."""
