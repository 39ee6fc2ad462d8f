"""Reads where nothing is."""
import ctypes


def attack(clues):
    ctypes.string_at(0)
