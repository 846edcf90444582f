"""python -m dashboard: opens the dashboard in a browser; options are those of `streamlit run`."""

import sys
from pathlib import Path

from streamlit.web import cli

if __name__ == "__main__":
    app = str(Path(__file__).with_name("app.py"))
    sys.argv = ["streamlit", "run", app, *sys.argv[1:]]
    sys.exit(cli.main())
