"""What leaves the record for other software."""
