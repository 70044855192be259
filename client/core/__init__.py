"""Rules without I/O: no clock, no randomness, no socket; everything comes in as an argument."""
