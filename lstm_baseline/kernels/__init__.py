"""The numerical heart of the model, over lanes of sixteen networks."""
