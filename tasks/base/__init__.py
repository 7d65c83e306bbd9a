"""The floor of the house: what tasks and both models share."""
