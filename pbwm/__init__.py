"""PBWM: working memory gated by disinhibition, trained by dopamine (O'Reilly & Frank, 2006)."""
