"""Pages of the site that are made from the code: commands, settings, the API, and files that lie elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = {
    "model-card.md": "python/volltrack/segment/networks/weights/MODEL_CARD.md",
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
}
"""Pages by their file in the repository."""


def on_files(files: Files, config: Any, **_: Any) -> Files:
    """Add the pages."""
    sys.path.insert(0, str(Path(__file__).parent))  # MkDocs forgets what a hook added while it was loaded
    from api_page import format_api
    from command_pages import format_commands
    from settings_page import format_settings

    made = {"commands.md": format_commands(), "settings.md": format_settings(), "api.md": format_api()}
    made |= {name: (ROOT / path).read_text(encoding="utf-8") for name, path in ELSEWHERE.items()}
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    return files
