"""Notices (公示) in versions, with the evidence of each channel and the objections to it, and canvasses (逐户) home by home.

Owns ``Notice``, ``Version``, ``VersionPlace``, ``Posting``, ``Picture``, ``Objection``, ``Canvass``, ``CanvassHome`` and ``Attempt``. May use
ground, the timeline and the kernel. What a notice or a canvass is about is told by a thread and the number of a step's
passage, since matters stand above.
"""
