"""Pages of mediation: for those assigned, and for the parties. There is no public page of a case."""
