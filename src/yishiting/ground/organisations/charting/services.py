"""The verbs of charts, by noun: each is one entry in the estate's record."""

from yishiting.ground.organisations.charting.charts import draft_chart, end_chart, publish_chart
from yishiting.ground.organisations.charting.reading import note_reading
from yishiting.ground.organisations.charting.seats import appoint_leader, attach_members, end_seat, set_naming
from yishiting.ground.organisations.charting.units import Area, add_unit, change_unit, cover, end_unit

__all__ = [
    "Area",
    "add_unit",
    "appoint_leader",
    "attach_members",
    "change_unit",
    "cover",
    "draft_chart",
    "end_chart",
    "end_seat",
    "end_unit",
    "note_reading",
    "publish_chart",
    "set_naming",
]
