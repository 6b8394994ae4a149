"""Write the resource of the plug-ins that holds the defaults and ranges of their dialogs: ``make dialog-schema``."""

from pathlib import Path

from volltrack_fiji.trackmate.dialog_schema import dialog_schema_text

SCHEMA = Path(__file__).parent / "btrackmate-fiji/src/main/resources/io/github/volltrack/fiji/settings/schema.json"

if __name__ == "__main__":
    SCHEMA.write_text(dialog_schema_text(), encoding="utf-8")
