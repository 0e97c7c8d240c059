"""TOML files that people write: where each thing stands in them, and what is wrong with them, line by line."""
