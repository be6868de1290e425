"""The gate: wires addresses, settings, refusals and tasks. Decides nothing; nobody imports it."""
