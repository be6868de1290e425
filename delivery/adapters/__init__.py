"""How a letter leaves: one module a channel, each with ``send(letter)`` that is safe to repeat."""
