"""Returns a list that contains itself."""


def attack(clues):
    value = []
    value.append(value)
    return value
