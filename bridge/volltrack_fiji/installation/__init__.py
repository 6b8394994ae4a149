"""BTrackMate put into a Fiji, and what is missing there: ``volltrack fiji install`` and ``volltrack fiji doctor``."""

from volltrack_fiji.installation.doctor import Finding, examine, examine_fiji, examine_python
from volltrack_fiji.installation.into_fiji import InstallPlan, install, plan_install
from volltrack_fiji.installation.plugin_jar import find_plugin_jar, require_same_version
from volltrack_fiji.installation.python_command import check_command, find_command, format_properties, read_properties

__all__ = [
    "Finding",
    "InstallPlan",
    "check_command",
    "examine",
    "examine_fiji",
    "examine_python",
    "find_command",
    "find_plugin_jar",
    "format_properties",
    "install",
    "plan_install",
    "read_properties",
    "require_same_version",
]
