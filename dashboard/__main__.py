"""python -m dashboard: opens the dashboard in a browser; options are those of `streamlit run`."""

import sys
from pathlib import Path

HELP = """usage: python -m dashboard [OPTION ...]

Opens Hyperdial in a browser: turn a network's hyperparameters, and watch it train.

options:
  -h, --help                 this help
  --server.port PORT         where it listens (default: 8501, or the next that is free)
  --server.address ADDRESS   who can reach it: 127.0.0.1, this computer alone (default), or
                             0.0.0.0, the whole network, which needs the next one too
  --server.allowedHosts HOST
                             the name or address it is reached by; can be given again
                             (default: 127.0.0.1 and localhost)
  --server.headless true     opens no browser
All others are Streamlit's: python -m streamlit run --help

environment variables:
  HYPERDIAL_DATA      folder of train_catvnoncat.h5 and test_catvnoncat.h5
  HYPERDIAL_STORE     where runs and searches are kept: a SQLite file or a database's URL
                      (default: a file in your data folder)
  HYPERDIAL_MIRROR    address to fetch the course's photos from, instead of the usual ones
  HYPERDIAL_WHAT_IF   off: begins without the arrows below the sliders
"""


def main(words: list[str]) -> int:
    if {"-h", "--help"} & {*words}:
        print(HELP, end="")
        return 0
    from streamlit.web import cli

    app = str(Path(__file__).with_name("app.py"))
    sys.argv = ["streamlit", "run", app, *words]
    cli.main()  # which ends the process itself
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
