"""Wires rules, media, network and store into the two ends of a consultation."""
