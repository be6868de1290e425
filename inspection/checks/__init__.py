"""What is wrong with a plan, said before it is sent: one file a law."""

from .completeness import Fault, faults

__all__ = ["Fault", "faults"]
