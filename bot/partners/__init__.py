"""Learning partners: pairs between sessions."""
