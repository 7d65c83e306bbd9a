"""``python -m pbwm``: the command `pbwm`, where its script is not on the PATH."""

from pbwm.compare.cli.start import main

if __name__ == "__main__":
    main()
