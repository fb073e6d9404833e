"""Files and numbers of quantized models; knows nothing of assistants."""
