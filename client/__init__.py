"""Chevet, the site's terminal client, the GP's page and the relay between them."""
