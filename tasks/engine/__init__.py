"""The numerical engine of all models: lanes, counters, lessons for kernels, blocks, compiled tasks, resets."""
