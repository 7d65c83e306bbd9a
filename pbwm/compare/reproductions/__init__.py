"""Published experiments, one declarative file per paper."""
