"""What the kernels of tasks and models share."""
