"""`python -m tests.bench [NAME]`: one JSON object a line on stdout, everything else on stderr.

Each line's `limit` is measured in the same run on the same machine; `ratio` is value / limit.
"""

import asyncio
import importlib
import json
import subprocess
import sys

BENCHES = {
    "booking.spread": ("tests.bench.booking", "spread"),
    "booking.hot": ("tests.bench.booking", "hot"),
    "case.list": ("tests.bench.cases", "list_"),
    "handoff.stop": ("tests.bench.ring", "stop"),
    "live.fanout": ("tests.bench.live", "fanout"),
    "notify.deliver": ("tests.bench.notify", "deliver"),
    "notify.burst": ("tests.bench.notify", "burst"),
    "page.guide": ("tests.bench.guide", "guide"),
    "phone.home": ("tests.bench.phone", "home"),
    "phone.guide": ("tests.bench.phone", "guide"),
    "phone.slots": ("tests.bench.phone", "slots"),
    "phone.voucher": ("tests.bench.phone", "voucher"),
    "queue.estimate": ("tests.bench.wait_estimate", "per_change"),
    "queue.take": ("tests.bench.queue", "take"),
    "queue.next": ("tests.bench.queue", "next_"),
    "sync.visits": ("tests.bench.visits", "sync"),
    "visit.cold_offline": ("tests.bench.visits", "cold_offline"),
    "visit.save": ("tests.bench.visits", "save"),
    "wait.sim": ("tests.bench.wait_sim", "sim"),
    "wait.warsaw": ("tests.bench.wait_warsaw", "warsaw"),
}


def main(only: list[str]) -> int:
    """Run the named benches (a name or its beginning), or all."""
    wanted = [name for name in BENCHES if not only or any(name.startswith(one) for one in only)]
    if not wanted:
        print(f"no such bench: {' '.join(only)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 1
    if len(wanted) > 1:  # each in a process of its own, so that none measures what another left behind
        return max(
            subprocess.run([sys.executable, "-m", "tests.bench", one], check=False).returncode
            for one in wanted
        )
    print(f"→ {wanted[0]}", file=sys.stderr)
    module, verb = BENCHES[wanted[0]]
    result = asyncio.run(getattr(importlib.import_module(module), verb)())
    result["ratio"] = round(result["value"] / result["limit"], 3)
    print(json.dumps({"bench": wanted[0], **result}), flush=True)
    return 0


sys.exit(main(sys.argv[1:]))
