"""`python -m newgrowth` is the command line."""

from newgrowth.cli import app

if __name__ == "__main__":
    app()
