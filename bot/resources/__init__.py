"""Resource pages: written together, checked for alt text in each language, published, found."""
