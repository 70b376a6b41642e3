"""Learning partners: pairs between sessions, for those who asked for one."""
