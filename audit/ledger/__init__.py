"""What makes the history evidence: a leaf for every act, its exact bytes kept as hashed."""
