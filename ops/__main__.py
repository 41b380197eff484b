"""`python -m ops VERB …`, which `./dashctl VERB …` runs."""

from ops.cli import main

if __name__ == "__main__":
    main()
