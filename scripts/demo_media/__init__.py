"""How the demo media are made; see ../make_demo_media."""
