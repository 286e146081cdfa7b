"""Several models on the same rows: which is best, and how sure is that; what more rows would give.

Goes in: tokenised rows, their split, settings. Comes out: plain numbers. Test rows take no part in
any choice.

    candidates.py   which models stand in a comparison, as a person writes them
    rounds.py       which rows a round trains on and which it measures: folds, or seeds
    trial.py        one candidate in one round
    race.py         round after round, without those that cannot win any more
    leaderboard.py  from the counts of every trial to scores, intervals and differences
    search.py       settings that nobody listed
    out_of_fold.py  the score of every row by a model that has not seen it
    nested.py       growing shares of the training rows, each within the next
    learning_curve.py  a training on each of them, within the time there is
"""
