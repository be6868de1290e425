"""The pages of receipts and complaints: one file a noun."""
