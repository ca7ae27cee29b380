"""Reads a CSV of a server's by pandas, and writes one there: `python totals.py sshrpc://host/folder`.

It needs `pip install sshrpc[fsspec] pandas`. The folder has sales.csv, with the columns city and
amount; totals.csv is made beside it. The server's host key is checked as ssh does it.
"""

import sys

import pandas

folder = sys.argv[1]
options = {"config": True}  # as of sshrpc.connect: who, by which key, through which hosts

sales = pandas.read_csv(f"{folder}/sales.csv", storage_options=options)
totals = sales.groupby("city", as_index=False)["amount"].sum()
totals.to_csv(f"{folder}/totals.csv", index=False, storage_options=options)
print(totals.to_string(index=False))
