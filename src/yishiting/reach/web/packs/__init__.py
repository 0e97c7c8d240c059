"""The rules of a place: what holds in an estate with its sources, and the choice of the pack at the desk."""
