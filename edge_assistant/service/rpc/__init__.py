"""The protocol between the service and its clients, over a unix socket."""
