"""The face of ``delivery``.

Letter    write · send_due · print_out · again · text
Lease     who is sending a letter just now
owns      says who makes a new secret when a letter is sent again
"""

from .lease import Lease
from .letter import CODE, MASK, Letter, owns

__all__ = ["CODE", "MASK", "Lease", "Letter", "owns"]
