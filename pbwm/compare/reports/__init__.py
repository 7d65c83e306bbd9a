"""What a run came to, in words and tables: for the terminal, as a page, as a summary."""
