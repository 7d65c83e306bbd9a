"""How fast it is, beside torch, JAX and our own plain twins. `make bench` runs it; README.md shows and explains it."""
