"""Learning partners."""
