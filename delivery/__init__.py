"""Floor 0, upper: letters out. Knows no domain."""
