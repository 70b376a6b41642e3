"""Several databases in one process, and communities that move between them."""
