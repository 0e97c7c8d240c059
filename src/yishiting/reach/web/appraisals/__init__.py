"""Pages of appraisals: counts for everyone, one question for whoever is asked, the desk for those who run them."""
