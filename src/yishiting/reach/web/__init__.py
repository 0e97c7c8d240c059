"""Pages: they translate a request into a verb's arguments and what a selector reads into HTML, and nothing else.

One folder per room of pages. A page fetches through ``visible_to`` and names the actor; it may show what several rooms hold.
"""
