"""Who answers for what: organisations in their tree, posts with a place, terms that people hold them for.

Owns posts, terms and the :class:`~yishiting.ground.organisations.actors.Actor` that every verb is given. Uses people and
places. Roles come from here and from nowhere else.
"""
