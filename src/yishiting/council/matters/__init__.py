"""Matters (事项): what a neighbour raised, its reports, the playbook it runs on, its answers.

Owns matters, reports, step runs, answers, ratings and resolutions. May use votes and the floors below (record, ground,
timeline, kernel); meetings, projects, cases and appraisals stand above it and register their own kinds of step.

``playbooks`` (definition, reading, checking), ``registry`` and ``lifecycle`` are pure: no Django, no I/O, the clock an
argument.
"""
