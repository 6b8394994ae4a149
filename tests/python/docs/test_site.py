"""The site's parts hold together: pages and their links, forge files that parse, tasks that exist."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted((ROOT / "docs").glob("*.md"))
TASKS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


def navigated(entry):
    if isinstance(entry, str):
        return [entry]
    found = entry.values() if isinstance(entry, dict) else entry
    return [page for each in found for page in navigated(each)]


def test_every_page_is_in_the_navigation():
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    assert settings["strict"] is True
    assert settings["theme"]["font"] is False, "fonts would be fetched from elsewhere"
    assert {page.name for page in PAGES} <= set(navigated(settings["nav"]))


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *PAGES], ids=lambda p: p.name)
def test_links_to_files_lead_somewhere(page):
    made = {"commands.md", "settings.md", "api.md", "model-card.md", "changelog.md", "contributing.md"}  # docs/_site
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists() or target in made, f"{page.name}: {target}"


@pytest.mark.parametrize("path", sorted((ROOT / ".github").rglob("*.yml")), ids=lambda p: p.name)
def test_files_of_the_forge_parse(path):
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if "ISSUE_TEMPLATE" in str(path) and path.name != "config.yml":
        assert {"name", "description", "body"} <= set(content)
        assert all(part["attributes"]["label"] for part in content["body"])


def test_the_forge_calls_tasks_that_there_are():
    called = re.findall(r"run: make ([a-z-]+)", (ROOT / ".github" / "workflows" / "ci.yml").read_text())
    assert {"lint", "docs", "test", "test-lowest", "check-wheel"} <= set(called) <= TASKS


def test_every_picture_is_drawn_by_a_script():
    source = (ROOT / "docs" / "figures" / "draw_figures.py").read_text(encoding="utf-8")
    drawn = set(re.findall(r'^    "([\w.-]+)": draw_', source, flags=re.MULTILINE))
    assert drawn == {path.name for path in (ROOT / "docs" / "images").iterdir()}


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "README.md"])
def test_files_that_a_page_names_are_there(page):
    named = re.findall(r"`((?:python|bridge|java|docs|benchmarks|tests)/[\w./-]+)`", (ROOT / page).read_text("utf-8"))
    assert named
    assert not [path for path in named if not (ROOT / path).exists()]


def test_pages_from_the_code_name_every_method_and_every_command(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs" / "_site")
    from command_pages import format_commands
    from settings_page import format_settings

    from volltrack.apps.cli.main import build_parser
    from volltrack.registry import LINKERS, SEGMENTERS

    page = format_settings()
    assert [name for name in (*SEGMENTERS.names, *LINKERS.names) if f'`kind = "{name}"`' not in page] == []
    for section, setting in {"link": "max_distance", "segment.how.objects": "least_depth", "prune": "unit"}.items():
        tables = re.findall(rf"^### \[{section}\].*?(?=^#|\Z)", page, flags=re.MULTILINE | re.DOTALL)
        assert any(f"| `{setting}` |" in table for table in tables), section
    listed = set(re.findall(r"^    (\w+) ", build_parser().format_help(), flags=re.MULTILINE))
    assert (
        {"run", "napari"} <= listed <= set(re.findall(r"^## volltrack (\w+)$", format_commands(), flags=re.MULTILINE))
    )


def test_citation_and_checks_before_a_commit_parse():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    assert {"ruff", "lint-imports", "subject"} <= {hook["id"] for hook in hooks}


@pytest.mark.slow
def test_site_is_built_without_a_warning(tmp_path):
    import os
    import subprocess
    import sys

    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    html = (tmp_path / "site" / "settings" / "index.html").read_text(encoding="utf-8")
    assert "max_distance" in html
    for page in (tmp_path / "site").rglob("*.html"):
        fetched = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?:)?//', page.read_text(encoding="utf-8"))
        assert not fetched, f"{page} fetches from elsewhere"
