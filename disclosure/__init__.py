"""Floor 5: what is public. Open without signing in, without JavaScript; no model of its own yet."""
