"""The parts of a meeting tool's report: its tables, times, lengths and names. Pure and total."""
