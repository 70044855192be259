"""A whole consultation on one machine, with a person in front or by itself.

The relay and the site run as programs of their own, exactly as a pharmacy runs them; instruments
are simulated on real pseudo-terminals; the GP is a real browser page, or its Python twin.
"""
