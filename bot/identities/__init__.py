"""One person, several accounts: linking them by a confirmed code, and undoing it."""
