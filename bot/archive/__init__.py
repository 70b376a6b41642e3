"""Series that are over: closed, found again, and run again with what was learned."""
