"""Working-memory tasks, one family per file."""
