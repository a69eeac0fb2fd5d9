"""Queue numbers, counters, calling and waiting times."""
