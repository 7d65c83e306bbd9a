"""A child that dies at every fifth input, and finds something wrong at every fourth: what a campaign must notice."""

import os
import signal
import sys


def main():
    """Say of every input that it ran, but for those."""
    first, count = int(sys.argv[2]), int(sys.argv[3])
    for number in range(first, first + count):
        if number % 5 == 4:
            os.kill(os.getpid(), signal.SIGSEGV)
        print(
            "traceback: IndexError" if number == 3 else "another network differs" if number == 7 else "ran", flush=True
        )


if __name__ == "__main__":
    main()
