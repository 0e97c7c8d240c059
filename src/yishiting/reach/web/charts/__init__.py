"""Charts of an organisation: set up at the desk, drawn for everyone, and each one's own seat for himself."""
