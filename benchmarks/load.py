"""The client that asks: a process of its own, a few kept-alive connections to 127.0.0.1, one request each at a time.

``python -m benchmarks.load`` reads an order from stdin (JSON: ``port``, ``connections``, ``requests`` as texts, and
``seconds`` to go round them or null to send each once) and prints what came: how many, in how long, the time of each in
milliseconds, how often each status. It does next to nothing between a response and the next request, since it shares the
cores with the server that it measures.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle

LONGEST = 120.0
"""Seconds after which an order is given up, whatever it said."""


class Lane:
    """One connection and the response it waits for."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.begin = 0.0
        self.kept = bytearray()
        self.length = -1
        self.status = 0

    def ask(self, request: bytes) -> None:
        """Send a request."""
        self.kept, self.length = bytearray(), -1
        self.begin = time.perf_counter()
        self.socket.sendall(request)

    def hear(self) -> bool:
        """Take what has come; return whether the response is complete."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.kept += part
        if self.length < 0:
            end = self.kept.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = bytes(self.kept[:end]).lower()
            self.status = int(head[9:12])
            length = head.partition(b"\r\ncontent-length:")[2]
            if not length:
                raise ConnectionError(f"no content-length in {head[:200]!r}")
            self.length = end + 4 + int(length.split(b"\r\n", 1)[0])
        return len(self.kept) >= self.length


def run(*, port: int, connections: int, requests: list[str], seconds: float | None) -> dict[str, object]:
    """Carry out an order."""
    queue: Iterator[bytes] = iter([text.encode() for text in requests])
    if seconds is not None:
        queue = cycle(queue)
    taken: list[float] = []
    statuses: Counter[int] = Counter()
    with selectors.DefaultSelector() as waiting:
        lanes = [Lane(port) for _ in range(connections)]
        begin = time.perf_counter()
        end = begin + min(seconds or LONGEST, LONGEST)
        busy = 0
        for lane in lanes:
            if (request := next(queue, None)) is not None:
                waiting.register(lane.socket, selectors.EVENT_READ, lane)
                lane.ask(request)
                busy += 1
        while busy:
            ready = waiting.select(30)
            if not ready:
                raise TimeoutError("nothing came for 30 seconds")
            for key, _ in ready:
                found: Lane = key.data
                if not found.hear():
                    continue
                now = time.perf_counter()
                taken.append((now - found.begin) * 1000)
                statuses[found.status] += 1
                request = next(queue, None) if now < end else None
                if request is None:
                    busy -= 1
                else:
                    found.ask(request)
        whole = time.perf_counter() - begin
        for lane in lanes:
            lane.socket.close()
    return {"done": len(taken), "seconds": whole, "taken": taken, "statuses": statuses}


if __name__ == "__main__":
    json.dump(run(**json.load(sys.stdin)), sys.stdout)
