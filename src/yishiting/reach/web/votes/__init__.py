"""Pages of votes: the list and each vote for anyone, the ballot for an owner, preparing and paper for staff."""
