"""What holds the house up: floors, rooms, purity, relations between tables, pages without inline code.

Each check is a plain function that returns the faults it finds as sentences, so that one test shows it silent on the
house as it stands and another shows it speak on a planted violation.
"""
