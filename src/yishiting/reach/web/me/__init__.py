"""What is mine: my reports and their answers, my votes, my homes, what I was told."""
