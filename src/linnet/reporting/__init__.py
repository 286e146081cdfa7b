"""One web page per run, from the files that the run left.

Goes in: a run folder. Comes out: `report.html`, one file without scripts and outside requests.
Computes no metric and knows nothing of models.

    report.py    report: reads, renders, writes
    results.py   the files of a run folder, as far as they are there
    sections.py  from results to what each section of the page shows
    curves.py    lines over epochs, as SVG
    page.py      fill: a template and values to a page
    page.html    the page of a run
    style.css    how pages look
    macros.html  pieces that pages share
"""
