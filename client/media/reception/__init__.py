"""The peer's voice from packets to the speaker, however badly they come. No I/O, no clock."""
