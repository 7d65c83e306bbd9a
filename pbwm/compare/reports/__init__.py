"""Reports on the results of a run: terminal, HTML page, summary."""
