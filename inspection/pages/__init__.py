"""The pages of inspection, one file a noun: find, parse, act, answer."""
