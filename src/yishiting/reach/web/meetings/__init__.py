"""Pages of meetings: announced and held ones for anyone; planning, attendance, proposals and closing for staff."""
