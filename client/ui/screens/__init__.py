"""One screen a file. A screen shows a snapshot and asks; it decides nothing."""
