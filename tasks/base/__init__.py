"""Contracts that tasks and models share."""
