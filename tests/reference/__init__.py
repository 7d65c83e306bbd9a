"""Slow, obvious twins: what fast code is held against."""
