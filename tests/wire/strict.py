"""TypedDicts of an SDK → pydantic validators that refuse unknown keys.

The SDKs' parameter types are for type checkers: at run time nothing looks at them, and unknown keys pass. Here they
are made strict, and their `Iterable`s lists, which pydantic checks at once instead of lazily.
"""

from collections.abc import Iterable
from typing import Annotated, Any, List, Union, get_args, get_origin, get_type_hints

import pydantic
from typing_extensions import NotRequired, Required, is_typeddict


def validator(params: Any) -> pydantic.TypeAdapter:
    """A validator for `params` and every TypedDict in it. Changes those types in place."""
    return pydantic.TypeAdapter(strict(params))


def strict(hint: Any) -> Any:
    """`hint` with strict TypedDicts, and with a list for each kind of iterable."""
    if is_typeddict(hint):
        return strict_dict(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return Annotated[(strict(arguments[0]), *hint.__metadata__)]
    inner = tuple(map(strict, arguments))
    if origin is Iterable or getattr(origin, "__name__", "") == "SequenceNotStr":
        return List[inner]
    if origin in (Required, NotRequired):
        return origin[inner[0]]
    if origin is Union:
        return Union[inner]
    if origin in (list, dict):
        return origin[inner]
    return hint


def strict_dict(params: Any) -> Any:
    if "__pydantic_config__" not in vars(params):
        # First, because types may hold themselves.
        params.__pydantic_config__ = pydantic.ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True)
        hints = get_type_hints(params, include_extras=True)
        params.__annotations__ = {key: strict(hint) for key, hint in hints.items()}
    return params
