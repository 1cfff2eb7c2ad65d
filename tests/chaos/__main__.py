"""``make chaos FAULTS=100 SEED=7``: load, faults, and a table of what each fault cost."""

import argparse
import asyncio
import logging
import secrets
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from statistics import median

from tests.chaos import books, faults
from tests.chaos.rig import NotRecoveredError, Rig, running

WITHIN_S = 60.0
"""How long any recovery may take."""
MOST_WRONG = 3
"""After so many faults that were not recovered from a run is given up."""
RATE = 25.0
"""Messages a second."""


@dataclass
class Result:
    """What a run came to."""

    seed: int
    recoveries: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    messages: int = 0
    seconds: float = 0.0
    audit: str = ""

    def table(self) -> str:
        """Each kind of fault, how often, and how long until all was as before."""
        lines = [f"{'fault':44} {'count':>5} {'p50 s':>7} {'max s':>7}"]
        for name, took in sorted(self.recoveries.items()):
            lines.append(f"{name:44} {len(took):5} {median(took):7.1f} {max(took):7.1f}")
        everything = [one for took in self.recoveries.values() for one in took]
        if everything:
            lines.append(f"{'all':44} {len(everything):5} {median(everything):7.1f} {max(everything):7.1f}")
        lines += [f"SKIPPED, this machine does not let us: {name}" for name in self.skipped]
        return "\n".join(lines)


async def chaos(count: int, seed: int, only: str = "", *, rate: float = RATE) -> Result:
    """Run load and so many faults; what was wrong is told, not raised."""
    result = Result(seed)
    began = time.monotonic()
    async with running(Random(f"load {seed}"), rate=rate) as rig:
        wanted = [kind for kind in faults.KINDS if any(one in kind.name for one in only.split(","))]
        kinds = tuple(kind for kind in wanted if rig.disks or not kind.disks)
        result.skipped = [kind.name for kind in wanted if kind not in kinds]
        print(f"up after {time.monotonic() - began:.0f} s; seed {seed}; {count} faults", flush=True)
        try:
            await rig.recovered(WITHIN_S)
            for number, kind in enumerate(faults.schedule(count, seed, kinds), start=1):
                chance = Random(f"fault {seed} {number}")
                await asyncio.sleep(chance.uniform(0.3, 1.5))
                print(f"{time.monotonic() - began:6.1f} s  {number:3}/{count}  {kind.name}", end="", flush=True)
                try:
                    took = await _struck(rig, kind, chance)
                except NotRecoveredError as error:
                    print(f": {error}", flush=True)
                    result.wrong.append(f"{number} {kind.name}: {error}")
                    if len(result.wrong) >= MOST_WRONG:
                        break
                    continue
                result.recoveries[kind.name].append(took)
                print(f": recovered after {took:.1f} s; {len(rig.teller.told.messages)} messages", flush=True)
            result.wrong += await _ended(rig, result)
        except NotRecoveredError as error:
            print(f": {error}", flush=True)
            result.wrong.append(str(error))
        result.messages = len(rig.teller.told.messages)
        result.wrong += [
            f"{one.name} ended by itself with code {code}"
            for one in rig.processes
            for code in one.ended_by_itself
            if code not in {0, 1}  # 1: it said that a server cannot be reached, and is started again
        ]
    result.seconds = time.monotonic() - began
    return result


async def _struck(rig: Rig, kind: faults.Kind, chance: Random) -> float:
    async with kind.strike(rig, chance):
        took = await rig.recovered(WITHIN_S)
    took = max(took, await rig.recovered(WITHIN_S)) if kind.goes_on else took
    await rig.proven()
    return took


async def _ended(rig: Rig, result: Result) -> list[str]:
    """No more journeys begin; when all are done the books are compared."""
    rig.teller.journeys.ending = True
    until = time.monotonic() + 60
    journeys = rig.teller.journeys
    while rig.teller.waiting or len(rig.teller.told.messages) < sum(map(len, journeys.begun)):
        if time.monotonic() > until:
            break
        await asyncio.sleep(0.1)
    await rig.recovered(WITHIN_S)
    await rig.settled(WITHIN_S)
    wrong = await books.differences(rig.direct_url, rig.cluster.outside, rig.teller.told, journeys.begun)
    done = await rig.kervan("audit", "verify")
    result.audit = "kervan audit verify: " + (done.stdout.strip() or done.stderr.strip())
    if done.returncode:
        wrong.append(f"{result.audit} {done.stderr.strip()}")
    return wrong


def main() -> int:
    """The exit code: 0 where everything recovered and the books are right."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--faults", type=int, default=len(faults.KINDS))
    parser.add_argument("--seed", type=int, default=None, help="the same seed: the same faults in the same order")
    parser.add_argument("--only", default="", help="kinds of faults whose name has one of these texts, with commas between")
    parser.add_argument("--rate", type=float, default=RATE, help="messages a second")
    told = parser.parse_args()
    logging.disable(logging.CRITICAL)
    seed = told.seed if told.seed is not None else secrets.randbelow(1_000_000)
    result = asyncio.run(chaos(told.faults, seed, told.only, rate=told.rate))
    print(f"\n{result.messages} messages in {result.seconds:.0f} s, seed {seed}\n{result.table()}\n{result.audit}")
    for one in result.wrong[:40]:
        print(f"WRONG: {one}")
    print("nothing was lost, nothing came twice" if not result.wrong else f"{len(result.wrong)} faults of ours")
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
