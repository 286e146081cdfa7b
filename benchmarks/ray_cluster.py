"""Score over two simulated machines in a process of its own; tests/batch/test_ray.py runs it too.

    python ray_cluster.py MODEL INPUT OUT PART_MEGABYTES KILL_AFTER_ROWS SECONDS

Prints a JSON object: the rows that were there when the second machine was killed, and the rows of
all. KILL_AFTER_ROWS 0: none is killed. After SECONDS it ends itself, whatever it waits for.
"""

import json
import signal
import sys

from ray.cluster_utils import Cluster

import linnet


def main() -> None:
    model, table, out, megabytes, kill_after, seconds = sys.argv[1:]
    here = {"num_cpus": 1, "node_ip_address": "127.0.0.1"}
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("took too long"))
    signal.alarm(int(seconds))
    cluster = Cluster(initialize_head=True, head_node_args={**here, "include_dashboard": False})
    second = cluster.add_node(**here)
    cluster.wait_for_nodes()
    killed_at = 0

    def watch(progress):
        nonlocal killed_at
        if int(kill_after) and not killed_at and progress.new_rows >= int(kill_after):
            killed_at = progress.new_rows
            cluster.remove_node(second, allow_graceful=False)

    try:
        done = linnet.score(
            model, table, out=out, ray=cluster.address, part_megabytes=float(megabytes),
            report=watch,
        )  # fmt: skip
        print(json.dumps({"killed_at": killed_at, "rows": done.rows, "parts": done.parts}))
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    main()
