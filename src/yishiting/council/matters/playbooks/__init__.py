"""Playbooks (工作法) as data: the definition, the reader of its TOML with exact lines, the checks, the shipped library.

Pure: nothing here imports Django. Only ``library`` touches files, and only the TOML files that stand beside it.
"""
