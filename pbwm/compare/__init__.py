"""The roof of the house: puts models side by side on the same tasks."""
