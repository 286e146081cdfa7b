"""One web page per run, from the files that the run left.

Goes in: a run folder. Comes out: `report.html`, one file without scripts and outside requests.
Computes no metric and knows nothing of models.

    report.py        report: reads, renders, writes
    results.py       the files of a run folder, as far as they are there
    sections.py      from results to what each section of the page shows:
    answers.py       ... the result, labels, scores, mistakes, samples
    words.py         ... the words that decided, and those that separate two labels
    training.py      ... curves and best epochs
    data.py          ... counts, lengths, texts as numbers
    model.py         ... layers, steps, the recipe, the run
    names.py         what parts, metrics and columns are called
    explore_page.py  the page of a table that is explored
    learning_curve_page.py  the page of a learning curve
    predicted.py     the page of texts that were labelled
    page.py          fill: a template and values to a page; each template is named after its part
    axes.py          the frame of a drawing; curves.py, columns.py: drawings, as SVG
    figures.py       the same for who goes on in Python, as matplotlib figures
"""
