"""What the process tells of itself: counters and histograms, gauges from the tables, spans."""
