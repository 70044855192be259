"""The handshake's formal model (handshake.maude) and what is asked of it."""
