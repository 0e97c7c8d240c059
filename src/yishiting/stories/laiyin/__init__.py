"""莱茵小镇: 29 buildings, 1,912 homes; forty charging piles run by a company, decided by the owners, built in three phases."""

from yishiting.stories.laiyin.replay import replay

__all__ = ["replay"]
