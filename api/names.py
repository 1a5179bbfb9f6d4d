"""Kebab-case names as other places write them."""


def camel(name: str) -> str:
    first, *others = name.split("-")
    return first + "".join(part.capitalize() for part in others)


def words(name: str) -> str:
    return name.replace("-", " ").capitalize()
