"""Floor 5: pages that show several rooms at once. No model of its own."""
