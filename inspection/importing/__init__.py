"""Tables that governments publish, read into rows of ours: published words beside what was understood, nothing guessed."""
