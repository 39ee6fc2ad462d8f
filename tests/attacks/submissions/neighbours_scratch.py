"""Looks for the scratch directories of others, to read what they keep there or to plant files."""
import os


def attack(clues):
    done = []
    above = os.path.dirname(os.getcwd())
    for folder in {above, os.path.dirname(above), "/tmp", *clues["scratches"]}:
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        if not os.path.samefile(folder, os.getcwd()):
            done.append(f"{folder}: {names}")
        elif names:
            done.append(f"not alone: {names}")
    return done
