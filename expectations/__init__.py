"""What must hold at the two borders of the warehouse: what was loaded, and what a release would show."""

import logging
import os

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # read when great_expectations is imported
logging.getLogger("great_expectations").setLevel(logging.WARNING)  # it tells of each function and default that it registers
