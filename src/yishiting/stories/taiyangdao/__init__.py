"""The story of 太阳岛: the roof of 823栋 leaks; a round table, money from two sources, and solar heaters that have to go first."""

from yishiting.stories.taiyangdao.replay import replay

__all__ = ["replay"]
