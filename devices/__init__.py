"""Instruments: bytes in, readings out. Knows serial ports, nothing of consultations."""
