"""What two sides say of the same thing, laid side by side: one file a pair. Differences, not grades; for the Office alone."""
