"""The archive of a counted vote: a file from which a stranger gets the same numbers.

Two editions: for the owners, and for the supervisors, who also see who took part. Where the vote was open, a ballot stands
with its home; where it was secret, with its receipt and a class of weight, and areas are told as sums of classes alone. With the
data goes ``recount.py``, which needs nothing but Python; the root is the hash over all of it, and stands in the record and on the
posted result.

``weights`` is pure, ``packing`` and ``checking`` take bytes and give bytes or findings; ``contents`` reads rows, ``standing`` holds
what was posted against them, and ``recount_script`` is the program that goes with the data.
"""
