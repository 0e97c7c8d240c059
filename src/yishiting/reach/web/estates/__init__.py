"""Pages of an estate as a whole: the list of estates, an estate's front page, its record, elder mode, health."""
