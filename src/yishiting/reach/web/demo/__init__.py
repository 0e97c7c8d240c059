"""The demonstration's way in: each role with one click. Has an address in every mode and answers in one alone."""
