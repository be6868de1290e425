"""The pages of the register and the window, one file a noun."""
