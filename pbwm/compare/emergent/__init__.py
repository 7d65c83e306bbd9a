"""Files and traces of the reference simulation (emergent), read, and replayed against our network."""
