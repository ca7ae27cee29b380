"""Reads and hashes a file on many hosts, by Dask's workers: `python hashes.py CONFIG PATH HOST...`

It needs `pip install sshrpc distributed`. A cluster of two workers is made on this machine; one
that runs elsewhere is given to Client by its address. Each worker has one daemon, which keeps the
sessions of all that runs there. Who logs in, and how, is what the ssh_config(5) of the path CONFIG
says for each host.
"""

from __future__ import annotations

import hashlib
import sys

from distributed import Client, LocalCluster, Worker, WorkerPlugin, get_worker

import sshrpc


class DaemonOfWorker(WorkerPlugin):
    def setup(self, worker: Worker) -> None:
        worker.sshrpc = sshrpc.Daemon()

    def teardown(self, worker: Worker) -> None:
        worker.sshrpc.close()


def hash_of(host: str, config: str, path: str) -> str:
    digest = hashlib.sha256()
    with sshrpc.connect(host, config=config, daemon=get_worker().sshrpc) as session:
        with session.files.open(path, "rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()


def main(config: str, path: str, hosts: list[str]) -> int:
    failed = 0
    with LocalCluster(n_workers=2, threads_per_worker=20, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            client.register_plugin(DaemonOfWorker(), name="sshrpc")
            futures = {host: client.submit(hash_of, host, config, path) for host in hosts}
            for host, future in futures.items():
                error = future.exception()
                if error:
                    failed += 1
                    print(f"{host}: {error}", file=sys.stderr)
                else:
                    print(f"{future.result()}  {host}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
