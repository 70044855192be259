"""Load for a relay: its node, its idle visitors and its traffic, each in a process of its own."""
