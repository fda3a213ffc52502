"""`python -m ui.doors NAME` asks for a password and prints a line for the users' file."""

import getpass
import sys

from ui.doors import hash_password

if len(sys.argv) != 2 or ":" in sys.argv[1]:
    sys.exit("Usage: python -m ui.doors NAME")
print(f"{sys.argv[1]}:{hash_password(getpass.getpass())}")
