"""`start`: a series from what people have already, previewed whole, made by one press and undone by one."""
