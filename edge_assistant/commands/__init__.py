"""One command, one module; `edge_assistant.cli` imports a module only when its command is called."""
