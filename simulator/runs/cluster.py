"""Spreads the personas of a run over an existing Ray cluster (extra `cluster`).

The run's folder must be one that all nodes see under the same path. A persona whose worker or node is lost starts again
elsewhere and goes on from its last whole night, as a run that was killed does; the results are those of a local run.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from edge_assistant.errors import EngineError, MissingDependencyError
from simulator.runs.persona_run import PersonaResult
from simulator.runs.worker import Job, Progress, run_job

RETRIES = 5
"""How often a persona may lose its worker."""

PASSED_ON = ("PYTHONPATH", "EDGE_ASSISTANT_", "HF_", "TRANSFORMERS_", "OMP_", "OPENBLAS_", "TOKENIZERS_")
"""Beginnings of the environment variables that workers get from here; by the path they find policies of others."""


def run_on_cluster(jobs: Sequence[Job], progress: Progress | None = None) -> dict[str, PersonaResult]:
    """Run every job as a task of the cluster that `RAY_ADDRESS` or this machine names.

    Raises:
        MissingDependencyError: ray is not installed.
        EngineError: there is no cluster, or a persona was lost too often.
    """
    try:
        import ray
    except ImportError as error:
        raise MissingDependencyError("--engine ray: ray is not installed; install edge-assistant[cluster]") from error
    started_here = not ray.is_initialized()
    if started_here:
        try:
            ray.init(address=os.environ.get("RAY_ADDRESS", "auto"), log_to_driver=False, configure_logging=False)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise EngineError(
                f"--engine ray: no cluster answers ({str(error).splitlines()[0]}); start one with 'ray start --head'"
            ) from error
    environment = {name: value for name, value in os.environ.items() if name.startswith(PASSED_ON)}
    task = ray.remote(max_retries=RETRIES, num_cpus=1, runtime_env={"env_vars": environment})(run_job)
    try:
        waiting = {task.remote(job): job for job in jobs}
        results: dict[str, PersonaResult] = {}
        while waiting:
            (done,), _ = ray.wait(list(waiting), num_returns=1)
            results[waiting.pop(done).persona.id] = result = ray.get(done)
            result.tell(progress)
        return results
    except ray.exceptions.RayError as error:
        cause = getattr(error, "cause", None)
        raise EngineError(f"--engine ray: {str(cause or error).splitlines()[0]}; go on with --resume") from error
    finally:
        if started_here:
            ray.shutdown()
