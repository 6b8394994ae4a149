"""Settings say the range of each field once; the check, the message, the list of fields and the schema come from it.

A settings class is a frozen dataclass whose fields are annotated with the vocabulary of `annotated_types`::

    max_distance: Annotated[float, Gt(0), Unit("the unit of the positions")] = 15.0

(or with the name of a common range, such as `Positive`). Its ``__post_init__`` calls `require_fields`, and then checks
what concerns several fields.
"""

from volltrack.model.settings.check import require_fields
from volltrack.model.settings.facts import Infinite, NoneMeans, Unit
from volltrack.model.settings.fields import SettingsField, list_fields
from volltrack.model.settings.ranges import Fraction, NotNegative, Positive, Seed
from volltrack.model.settings.schema import make_schema

__all__ = [
    "Fraction",
    "Infinite",
    "NoneMeans",
    "NotNegative",
    "Positive",
    "Seed",
    "SettingsField",
    "Unit",
    "list_fields",
    "make_schema",
    "require_fields",
]
