"""Cameras, microphones, encoders and playout."""
