"""A child that dies at every fifth input, and reports a failure at every fourth."""

import os
import signal
import sys


def main():
    """Report that all other inputs ran."""
    first, count = int(sys.argv[2]), int(sys.argv[3])
    for number in range(first, first + count):
        if number % 5 == 4:
            os.kill(os.getpid(), signal.SIGSEGV)
        print(
            "traceback: IndexError" if number == 3 else "another network differs" if number == 7 else "ran", flush=True
        )


if __name__ == "__main__":
    main()
