"""Doors between our tasks and models and those of others: Gymnasium and NeuroGym."""
