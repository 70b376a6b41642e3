"""Live sessions: when they are, in whose zone, and what belongs to them. Pure: `zones`."""
