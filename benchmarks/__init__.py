"""Speed, compared with torch, JAX and our own twins. `make bench` runs it; README.md shows and explains it."""
