"""Pages of matters: the list, a matter, reporting, and the desk where they are worked on."""
