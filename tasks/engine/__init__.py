"""The numerical engine of all models: lanes, counters, courses, blocks, compiled tasks, resets."""
