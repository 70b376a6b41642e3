"""What would be sent when, on paper: the real planner over an imagined community. Pure."""
