"""Reports: who was reached, what they said, and which numbers may be shown to whom."""
