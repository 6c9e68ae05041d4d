"""What engines for Python take for items of 1 ms: prints milliseconds, for cluster_rows.py. The engine's own start is not
in it.

usage: cluster_peers.py dask ADDRESS SLOTS ITEMS CHUNK
       mpirun -n (1 + SLOTS) python3 -m mpi4py.futures cluster_peers.py mpi4py SLOTS ITEMS CHUNK
"""

import sys
import time


def doze(number):
    time.sleep(0.001)
    return number


def doze_all(numbers):
    return [doze(number) for number in numbers]


def measured(body, items):
    start = time.perf_counter()
    results = body()
    milliseconds = (time.perf_counter() - start) * 1000
    if results != list(range(items)):
        sys.exit("cluster_peers.py: results are missing, or in the wrong order")
    return milliseconds


def dask(address, slots, items, chunk):
    from distributed import Client

    with Client(address) as client:
        client.wait_for_workers(slots)

        def body():
            chunks = [list(range(first, min(first + chunk, items))) for first in range(0, items, chunk)]
            return [number for part in client.gather(client.map(doze_all, chunks)) for number in part]

        client.submit(doze_all, [0]).result()  # the first one loads what it needs
        return measured(body, items)


def mpi4py(slots, items, chunk):
    from mpi4py.futures import MPIPoolExecutor

    with MPIPoolExecutor(slots) as executor:
        list(executor.map(doze, range(slots)))
        return measured(lambda: list(executor.map(doze, range(items), chunksize=chunk)), items)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[-3:]]
    print(dask(sys.argv[2], *numbers) if sys.argv[1] == "dask" else mpi4py(*numbers))
