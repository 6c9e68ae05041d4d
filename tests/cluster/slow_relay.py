"""A link that takes its time: what a node sends passes at so many bytes a second, and all else at once."""

import socket
import threading
import time

BUFFER_BYTES = 64 << 10


class SlowRelay:
    def __init__(self, address, port, bytes_per_second):
        self.broker = (address, port)
        self.bytes_per_second = bytes_per_second
        self.listener = socket.socket()
        # What waits in the kernel has not passed.
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        self.listener.bind((address, 0))
        self.listener.listen()
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.take, daemon=True).start()

    def take(self):
        while True:
            try:
                node, _ = self.listener.accept()
            except OSError:
                return
            broker = socket.create_connection(self.broker)
            threading.Thread(target=self.pass_on, args=(node, broker, self.bytes_per_second), daemon=True).start()
            threading.Thread(target=self.pass_on, args=(broker, node, None), daemon=True).start()

    @staticmethod
    def pass_on(source, sink, bytes_per_second):
        try:
            while content := source.recv(BUFFER_BYTES):
                sink.sendall(content)
                if bytes_per_second:
                    time.sleep(len(content) / bytes_per_second)
        except OSError:
            pass
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        source.close()

    def end(self):
        self.listener.close()
