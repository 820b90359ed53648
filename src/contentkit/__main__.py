"""`python -m contentkit` is the command line."""

from contentkit.cli import main

if __name__ == "__main__":
    main()
