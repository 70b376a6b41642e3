"""Live pulse: one question in the running session, answered with one tap, shown live in the channel."""
