"""What is measured on a call: picture, voice, readings, the line and the machine."""
