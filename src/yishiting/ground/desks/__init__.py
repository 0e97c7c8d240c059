"""Desks: what waits for whom by clock (each room tells through a small source), and who stands in for whom.

It knows posts, people and places; the rooms whose work it lists register themselves and are not known here.
"""
