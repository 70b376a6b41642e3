"""What tests borrow: a PostgreSQL server, headless Chromium, a guard against the network."""
