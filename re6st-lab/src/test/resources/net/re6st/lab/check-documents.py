# Reads each document that is named; complains of what docutils does not understand. Manual pages become manual pages.
import re
import sys
from docutils.core import publish_string

status = 0
for name in sys.argv[1:]:
    writer = "manpage" if re.search(r"\.\d\.rst$", name) else "pseudoxml"
    try:
        settings = {"report_level": 2, "halt_level": 2, "syntax_highlight": "none", "output_encoding": "unicode"}
        with open(name, encoding="utf-8") as file:
            publish_string(file.read(), source_path=name, writer_name=writer, settings_overrides=settings)
    except Exception as problem:
        print(name, problem)
        status = 1
sys.exit(status)
