"""Runs personas on a two-node cluster of this machine and takes a node away in the middle; started by `test_cluster`.

python ray_cluster.py PERSONAS DAYS OUT [lose]      prints the summary, and how often a persona was begun
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path


def main(personas: str, days: int, out: Path, lose: bool) -> None:
    import ray
    from ray.cluster_utils import Cluster

    from simulator.experiments.running import Experiment, prepare
    from simulator.experiments.variants import policies
    from simulator.people import persona as people
    from simulator.runs.run_config import prepare_folder
    from simulator.runs.runner import run

    # nothing runs on the head, so that every persona is on a node that can be lost
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
    cluster.wait_for_nodes()
    ray.init(address=cluster.address, log_to_driver=False)
    plan = Experiment("policies", tuple(policies((), "reasons")), people.select(personas), personas, days, (7,))
    config = plan.config(plan.variants[0], 7)
    prepare(plan.plan(), out, resume=False)
    folder = out / "run"
    prepare_folder(folder, config, resume=False, replace=False)
    lost: list[int] = []

    def watch() -> None:
        """Take the first node away once some persona has a whole night behind it."""
        from simulator.runs import events

        while not lost:
            time.sleep(0.2)
            if not (folder / "events.sqlite").exists():
                continue
            try:
                with events.read(folder / "events.sqlite") as log:
                    done = [len(log.days(name)) for name in log.personas()]
            except Exception:  # being made at this moment
                continue
            if sum(done) >= 2:
                lost.extend(done)
                cluster.remove_node(nodes[0], allow_graceful=False)

    if lose:
        threading.Thread(target=watch, daemon=True).start()
    summary = run(config, plan.personas, folder, 1, engine="ray")
    ray.shutdown()
    cluster.shutdown()
    print(json.dumps({"personas": summary["personas"], "lived": summary["cost"]["days_lived"], "lost": lost}))


if __name__ == "__main__":
    os.environ.setdefault("RAY_enable_worker_prestart", "0")
    os.environ.setdefault("RAY_raylet_start_wait_time_s", "240")  # a busy machine starts nodes slowly
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), "lose" in sys.argv[4:])
