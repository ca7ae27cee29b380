"""The same by paramiko."""

import os
import sys

# This folder, in which its name is ours.
del sys.path[0]

import paramiko  # noqa: E402

env = os.environ
client = paramiko.SSHClient()
client.load_host_keys(env["BENCH_KNOWN_HOSTS"])
client.connect(
    env["BENCH_HOST"],
    int(env["BENCH_PORT"]),
    env["BENCH_USER"],
    key_filename=env["BENCH_KEY"],
    allow_agent=False,
    look_for_keys=False,
)
_, stdout, _ = client.exec_command("echo " + env["BENCH_ANSWER"])
print(stdout.read().decode(), end="")
client.close()
