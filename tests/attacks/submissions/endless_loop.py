"""Never comes back."""


def attack(clues):
    while True:
        pass
