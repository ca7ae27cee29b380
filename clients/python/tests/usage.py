"""How a typed program uses the package: never run, only checked by mypy and pyright."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import sshrpc


def either(ssh: sshrpc.Session, text: bool, encoding: str | None, errors: str | None) -> object:
    ssh.run("true", encoding=encoding, errors=errors)
    ssh.run("true", input="text")  # type: ignore[call-overload]  # pyright: ignore
    return ssh.run("true", text=text).stdout


async def either_async(ssh: sshrpc.aio.Session, text: bool) -> object:
    return (await ssh.run("true", text=text)).stdout


def connect(command: sshrpc.RemoteText, progress: sshrpc.Progress) -> None:
    algorithms: sshrpc.Algorithms = {"host_key": ["ssh-rsa"]}
    options: sshrpc.ConnectOptions = {"algorithms": algorithms, "config": Path("config")}
    gate = sshrpc.connect("gate", **options)
    with sshrpc.connect("host", via=gate, socket_path="/run/sshd", config=True) as ssh:
        ssh.run(command)
        ssh.get(b"remote", "local", progress=progress)


def threads() -> None:
    with sshrpc.connect("host", username="alice", timeout=5, identity_files=[Path("key")]) as ssh:
        data: bytes = ssh.run("true").stdout
        data = ssh.run("true", input=bytearray(b"x"), timeout=1.5).stderr
        text: str = ssh.run("true", text=True, input="x").stdout
        text = ssh.run("true", encoding="latin-1").stdout
        text = ssh.run("true", errors="replace", pty={"rows": 30}).stdout
        code: int | None = ssh.run("true").exit_code
        data = ssh.read_bytes("remote", progress=lambda count, total: print(count / total))
        size: int = ssh.get("remote", Path("local"))
        print(data, text, code, size, ssh.host_key.fingerprint, ssh.daemon.status()["uptime"])
        with ssh.stream("true", stdin=True) as stream:
            for name, chunk in stream:
                print(name.upper(), chunk.decode())
        with ssh.stream("true", text=True, stdin=True) as lines:
            lines.write("text")
            for name, line in lines.lines():
                print(name.upper(), line.upper())
        ssh.run("true", text=True, on_output=lambda name, text: print(name.upper(), text.upper()))
        ssh.run("true", on_output=lambda name, data: print(name.upper(), data.decode()))
        ssh.get(PurePosixPath("remote"), "local")
    sshrpc.connect("a@h:22", identity_files=Path("k"), private_key=b"k", known_hosts=[], config=False)
    try:
        sshrpc.connect("host", on_prompt=lambda prompt: [line.text for line in prompt.lines])
    except sshrpc.Timeout as error:
        print(error.kind, error.code, error.dispatched, error.stdout.decode(), error.data["phase"])
    except sshrpc.CommandFailed as error:
        print(error.result.exit_code, error.stdout)
    except sshrpc.LocalFileError as error:
        print(error.errno, error.filename)


async def tasks() -> None:
    async def answer(prompt: sshrpc.Prompt) -> sshrpc.Answer:
        return prompt.host_key is not None

    ssh: sshrpc.aio.Session = await sshrpc.aio.connect("host", on_prompt=answer)
    await ssh.close()
    async with sshrpc.aio.connect("host", 22, "alice", "password", share=False) as ssh:
        text: str = (await ssh.run("true", text=True, check=True)).stdout
        data: bytes = (await ssh.run("true", input=b"x")).stdout
        async with ssh.stream("true") as stream:
            async for name, chunk in stream:
                print(text, data, name.upper(), chunk.decode())
        async with ssh.stream("true", encoding="latin-1") as lines:
            async for _, line in lines.lines():
                print(line.upper())
        print(await stream.wait())
