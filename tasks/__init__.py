"""What is asked of a model: tasks of working memory, one family per file."""
