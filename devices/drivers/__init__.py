"""One file per instrument, found by its name; drivers are strangers to each other."""
