"""How a rule of the desk says no: by a name. The words for people are in `handlers.refusals`."""


class Refused(ValueError):
    """A rule forbids the deed. `name` is one of the names documented where it is raised."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
