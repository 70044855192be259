"""The instruments' own ends of their protocols, for demonstrations and tests without hardware.

One file per driver, named like it, with a class ``Simulator``. They are sans-IO like the drivers;
`devices.simulators.pty` runs one on a pseudo-terminal.
"""
