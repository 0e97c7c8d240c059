"""Each verb through its page and through the interface, on twin estates."""
