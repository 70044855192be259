"""``python -m client`` and the command ``chevet``."""

import sys

from client.cli import main

if __name__ == "__main__":
    sys.exit(main())
