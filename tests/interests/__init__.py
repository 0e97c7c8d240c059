"""Interests across the rooms: one rule, asked by every verb that chairs, counts, decides, accepts or closes."""
