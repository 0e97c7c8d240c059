"""Pages on which staff keep the roster: what stands on it, what is to be settled, a new file to be taken in."""
