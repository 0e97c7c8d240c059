"""The record over all rooms."""
