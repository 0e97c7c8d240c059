"""How people are told: an inbox fed by the timeline. Lags behind the record, never loses from it."""
