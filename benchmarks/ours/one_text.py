"""linnet: one text at a time, the median of many answers.

python one_text.py RUN
"""

import json
import statistics
import sys
import time

import linnet

QUESTION = "a film about nothing at all, and yet wonderful from the first minute to the last"
WARM, REPEATS = 20, 1000


def main() -> None:
    classifier = linnet.load(sys.argv[1])
    seconds = []
    for repeat in range(WARM + REPEATS):
        if repeat == WARM:
            cpu = time.process_time()
        started = time.perf_counter()
        classifier.predict_proba([QUESTION])
        seconds.append(time.perf_counter() - started)
    found = {
        "seconds": statistics.median(seconds[WARM:]),
        "cpu_seconds": (time.process_time() - cpu) / REPEATS,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
