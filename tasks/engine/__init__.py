"""The numerical engine that all models stand on: lanes, counters, courses, blocks, compiled tasks, resets."""
