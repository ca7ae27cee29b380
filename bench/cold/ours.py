"""One command, by sshrpc."""

import os

import sshrpc

env = os.environ
options = {"shared": True, "persist": 600} if "BENCH_SHARED" in env else {}
with sshrpc.connect(
    env["BENCH_HOST"],
    int(env["BENCH_PORT"]),
    env["BENCH_USER"],
    identity_files=[env["BENCH_KEY"]],
    known_hosts=[env["BENCH_KNOWN_HOSTS"]],
    agent=False,
    **options,
) as session:
    print(session.run("echo " + env["BENCH_ANSWER"], text=True, check=True).stdout, end="")
