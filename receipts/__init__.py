"""Floor 3: what the enterprise says. The scan page, the receipt code, the receipt."""
