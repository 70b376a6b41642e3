"""Microsoft's client plays only where its npm packages are: ``make test-clients``."""

import os

from tests.clients.agents_playground import MODULES

collect_ignore_glob = [] if os.environ.get(MODULES) else ["test_*.py"]
