"""Makes a 32-bit system call from 64-bit code: int 0x80, with numbers of another table."""
import ctypes
import mmap


def attack(clues):
    #       mov eax, 20 (getpid, of the 32-bit table); int 0x80; ret
    code = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return [str(ctypes.CFUNCTYPE(ctypes.c_int)(address)())]
