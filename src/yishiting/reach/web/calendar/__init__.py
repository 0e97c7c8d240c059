"""The desk's pages of the work calendar: a year's days off and make-up days, and what the estate entered over them."""
