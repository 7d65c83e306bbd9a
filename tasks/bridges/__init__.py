"""Bridges to the tasks and models of others: Gymnasium and NeuroGym."""
