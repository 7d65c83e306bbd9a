"""How fast it is, measured against torch, JAX and our own plain twins; nothing here is imported by the packages."""
