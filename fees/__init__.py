"""Floor 3: what was charged. A catalogue with dates, one register, and (later) one window."""
