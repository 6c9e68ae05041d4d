"""Somebody else at the broker: submits jobs, takes them, and answers them as he likes. Gearman's protocol as far as
that needs it (PROTOCOL in gearmand's repository)."""

import socket
import struct

from processes import WATCHDOG_SECONDS

CAN_DO, PRE_SLEEP, NOOP, SUBMIT_JOB, JOB_CREATED, GRAB_JOB, NO_JOB, JOB_ASSIGN = 1, 4, 6, 7, 8, 9, 10, 11
WORK_COMPLETE, WORK_FAIL = 13, 14


class GearmanPeer:
    def __init__(self, address, port):
        self.socket = socket.create_connection((address, port), WATCHDOG_SECONDS)
        self.stream = self.socket.makefile("rb")
        self.submitted = 0

    def close(self):
        self.stream.close()
        self.socket.close()

    def send(self, kind, *words):
        body = b"\0".join(words)
        self.socket.sendall(b"\0REQ" + struct.pack(">II", kind, len(body)) + body)

    def receive(self):
        """Kind and body of the next packet."""
        magic, kind, size = struct.unpack(">4sII", self.stream.read(12))
        assert magic == b"\0RES", magic
        return kind, self.stream.read(size)

    def receive_one_of(self, *kinds):
        while True:
            kind, body = self.receive()
            if kind in kinds:
                return kind, body

    def serve(self, queue):
        self.send(CAN_DO, queue)

    def take(self):
        """The next job of the queues that are served, as soon as there is one: handle, queue, payload."""
        while True:
            self.send(GRAB_JOB)
            kind, body = self.receive_one_of(JOB_ASSIGN, NO_JOB)
            if kind == JOB_ASSIGN:
                return body.split(b"\0", 2)
            self.send(PRE_SLEEP)
            self.receive_one_of(NOOP)

    def answer(self, handle, payload):
        self.send(WORK_COMPLETE, handle, payload)

    def submit(self, queue, payload):
        self.submitted += 1
        unique = f"peer-{id(self)}-{self.submitted}".encode()
        self.send(SUBMIT_JOB, queue, unique, payload)
        self.receive_one_of(JOB_CREATED)

    def receive_answer(self):
        """Of what was submitted; None: it failed."""
        kind, body = self.receive_one_of(WORK_COMPLETE, WORK_FAIL)
        return body.split(b"\0", 1)[1] if kind == WORK_COMPLETE else None

    def status(self):
        """What the broker says of each queue: jobs in it, of these running, and who serves it."""
        self.socket.sendall(b"status\n")
        found = {}
        for line in iter(self.stream.readline, b".\n"):
            queue, total, running, workers = line.rstrip(b"\n").split(b"\t")
            found[queue] = (int(total), int(running), int(workers))
        return found
