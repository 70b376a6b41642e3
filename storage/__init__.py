"""Tables by noun, the database connection and its migrations."""
