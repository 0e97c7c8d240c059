"""Pages of notices and of rounds from home to home."""
