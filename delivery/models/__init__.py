"""The face of ``delivery``.

Letter    write · send_due · print_out · again · text
Lease     who is sending a letter just now
owns      says who makes a new secret when a letter is sent again
knows_addresses   says who knows the address of an enterprise today
"""

from .lease import Lease
from .letter import CODE, MASK, Letter, knows_addresses, owns

__all__ = ["CODE", "MASK", "Lease", "Letter", "knows_addresses", "owns"]
