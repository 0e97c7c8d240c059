"""What reading a roster promises."""
