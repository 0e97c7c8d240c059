"""How a matter is settled: votes, matters, meetings, projects."""
