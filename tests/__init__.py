"""Tests of the whole: the architecture, and journeys in a browser. Each room's own tests stand beside the room."""
