"""Files and traces of the reference simulation (emergent), read and compared with our network."""
