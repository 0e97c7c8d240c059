"""The command line. Each command is a module; results go to stdout alone, messages to stderr.

Exit codes: 0 done, 1 the thing asked is not so (a chain broken, a file with faults), 2 wrong usage or unreadable input.
"""
