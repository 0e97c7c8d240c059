"""Pure foundations: clock, work days, exact numbers, hashing, sentences, errors.

Owns no table and no domain noun, and never imports Django. Everything above may use it.
"""
