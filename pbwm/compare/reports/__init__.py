"""The results of a run, in words and tables: for the terminal, as a page, as a summary."""
