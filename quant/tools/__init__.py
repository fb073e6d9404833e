"""What is done with models and adapters as files: inspecting, quantizing, measuring, merging, converting."""
