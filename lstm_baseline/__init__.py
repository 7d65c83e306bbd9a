"""LSTM: working memory gated by multiplication, trained by backpropagation through time."""
