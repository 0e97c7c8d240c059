"""Journeys in a real browser through the demonstration as `make demo` serves it: init, stories, server with its worker."""
