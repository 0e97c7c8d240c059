"""Reading a roster as a property company hands it over: bytes in, homes with their problems out.

Owns no table and knows no Django. ``read`` turns a file into rows of text, ``headers`` finds what each column means,
``parse`` makes a :class:`Roster` of them, ``diff`` holds a roster against what is known already, and ``groups`` is the
one place that decides whether two homes have the same owner. Errors in the file as a whole are ``BadInput``; errors in
a row are a :class:`Problem` with the row's number.
"""

from yishiting.ground.people.roster.diff import Change, Difference, KnownHome, difference
from yishiting.ground.people.roster.groups import normalise_phone, owner_group_key, split_names
from yishiting.ground.people.roster.labels import HomeKey, home_key
from yishiting.ground.people.roster.model import BuildingLabels, HomeRow, Kind, Roster
from yishiting.ground.people.roster.parse import parse
from yishiting.ground.people.roster.problems import Problem
from yishiting.ground.people.roster.read import read_workbook
from yishiting.ground.people.roster.sheets import Row, Sheet

__all__ = [
    "BuildingLabels",
    "Change",
    "Difference",
    "HomeKey",
    "HomeRow",
    "Kind",
    "KnownHome",
    "Problem",
    "Roster",
    "Row",
    "Sheet",
    "difference",
    "home_key",
    "normalise_phone",
    "owner_group_key",
    "parse",
    "read_workbook",
    "split_names",
]
