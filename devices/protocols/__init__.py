"""Formats that several instruments of one maker share."""
