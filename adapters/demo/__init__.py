"""`throughline demo`: a whole series played by its people, through the real adapters, on a moved clock."""
