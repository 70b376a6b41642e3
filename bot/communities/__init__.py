"""Communities and their people: structure, roles, import, invitations, joining, settings, the welcome."""
