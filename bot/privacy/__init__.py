"""Safety: no client information, crisis resources, one's own data, retention."""
