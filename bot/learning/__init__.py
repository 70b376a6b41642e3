"""The learning loop: themes that surfaced, key ideas, look ahead, look back, make it stick."""
