"""`python -m e2e.hall_code city`: the address in the code that the hall's screens show this minute, in the database of
DATA. A picture is nothing a test can scan.
"""

import sys

from backend import queue
from backend.commands import ground


async def _say() -> None:
    print(f"/tickets/here?hall={sys.argv[1]}&code={await queue.hall_code(sys.argv[1])}")


if __name__ == "__main__":
    with ground.ground():
        ground.run(_say)
