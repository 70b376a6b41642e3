"""`throughline simulate`: the load on paper, and a small run in a real database to hold it against."""
