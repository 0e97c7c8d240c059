"""滨河佳苑: two buildings, 282 homes, 740 people; six meetings, five matters settled and one under way."""

from yishiting.stories.binhe.replay import replay

__all__ = ["replay"]
