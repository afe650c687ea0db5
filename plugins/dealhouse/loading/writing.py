"""How a file, or a table of somebody else's, writes things: what its mapping says beside the names of its columns."""

from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, field_validator

from dealhouse.errors import BadInputError

Model = TypeVar("Model", bound=BaseModel)


class Writing(BaseModel):
    """timezone: of instants that name none. timestamp_format: strptime's, None = ISO 8601. decimal_comma: 1.234,50."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    timezone: str
    timestamp_format: str | None = None
    decimal_comma: bool = False
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    encoding: str = "utf-8-sig"

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value} is no time zone")
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def read_document(path: Path, model: type[Model]) -> Model:
    """A YAML file as one of our models. Raises BadInputError naming the file and the entry that is wrong."""
    try:
        document: Any = yaml.safe_load(path.read_bytes())
        return model.model_validate(document)
    except OSError as error:
        raise BadInputError(f"the mapping cannot be read: {error}", str(path)) from error
    except (yaml.YAMLError, ValidationError) as error:
        raise BadInputError(f"no mapping: {error}", str(path)) from error
