"""Votes (表决): who may decide, what they chose, and what the count says.

Owns the frozen roll of a vote, its ballots with their supersession, and the count that the law asks for. ``rules`` and
``tally_file`` are pure: they know neither Django nor a file, so the command line, the services and a stranger who wants
to recount all get the same answer from the same lines.

May use the kernel, the timeline, places, people and organisations. Knows nothing of matters, meetings or projects:
they call this room and hear from it by its events.
"""
