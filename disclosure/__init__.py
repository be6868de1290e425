"""Floor 5: what is public. Open without signing in; reads only."""
