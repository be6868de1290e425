"""Floor 0, upper: paper. Documents, QR codes, tables, files kept by content hash. Knows no domain."""
