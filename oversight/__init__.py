"""Floor 4: lays side by side what was filed, said and received. Changes nothing below but by its verbs."""
