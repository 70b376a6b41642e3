"""Series that are over: closed for good, found again, and run again with what was learned."""
