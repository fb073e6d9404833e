"""What screens and scripts are shown of the service's state."""
