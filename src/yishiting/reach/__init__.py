"""How it reaches people: web pages, the command line, messages. Translation only; the verbs stand below."""
