"""The scenarios, a function each. Nearly each is a test, see CMakeLists.txt."""

import importlib
import pkgutil
from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Entry:
    seconds: int | None  # that it may take as a test; None: it is played by hand
    title: str
    function: Callable
    arguments: tuple


SCENARIOS: dict[str, Entry] = {}


def scenario(name: str, seconds: int | None, title: str, *arguments):
    """Registers a function of a Scenario and of these ARGUMENTS; several times for several of them."""
    def register(function):
        if name in SCENARIOS:
            raise ValueError(f"two scenarios are called '{name}'")
        SCENARIOS[name] = Entry(seconds, title, function, arguments)
        return function
    return register


for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_module}")
