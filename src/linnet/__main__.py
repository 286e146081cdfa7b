"""`python -m linnet`: the command line, where the command `linnet` is not on the path."""

from linnet.cli.start import main

if __name__ == "__main__":
    main()
