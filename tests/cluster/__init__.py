"""A SLURM cluster on this machine, and studies that run there: `make cluster-check`."""
