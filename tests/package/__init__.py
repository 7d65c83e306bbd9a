"""The package as it is installed from a wheel: `make package-check`."""
