"""Floor 0: being remembered.

Signed history, the step engine, numbers without gaps, keys, and the ledger's leaves.
Knows no domain and has no foreign key to anyone.
"""
