"""What was published and what was paid: notices with their channels, doors that were knocked at."""
