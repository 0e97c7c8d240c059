"""The staff's desk: what is due to me, by clock, over all rooms."""
