"""Makes, by number, the system calls that have no business in an exercise."""
import ctypes
import os
import platform

CALLS = {
    "ptrace": (101, 0, 0, 0, 0),
    "process_vm_readv": (310, 1, 0, 0, 0, 0, 0),
    "process_vm_writev": (311, 1, 0, 0, 0, 0, 0),
    "kcmp": (312, 1, 1, 0, 0, 0),
    "pidfd_open": (434, 1, 0),
    "pidfd_getfd": (438, 0, 0, 0),
    "io_uring_setup": (425, 8, 0),
    "io_uring_enter": (426, 0, 0, 0, 0, 0, 0),
    "userfaultfd": (323, 0),
    "bpf": (321, 0, 0, 0),
    "perf_event_open": (298, 0, 0, 0, 0, 0),
    "add_key": (248, b"user", b"x", b"y", 1, -3),
    "request_key": (249, b"user", b"x", 0, 0),
    "keyctl": (250, 0, -3, 0),
    "inotify_init": (253,),
    "inotify_init1": (294, 0),
    "fanotify_init": (300, 0, 0),
    "unshare": (272, 0x10000000),
    "setns": (308, 0, 0),
    "mount": (165, b"none", b"/", b"tmpfs", 0, 0),
    "umount2": (166, b"/tmp", 0),
    "pivot_root": (155, b"/", b"/"),
    "chroot": (161, b"/"),
    "open_tree": (428, -100, b"/", 0),
    "fsopen": (430, b"tmpfs", 0),
    "memfd_create": (319, b"x", 0),
    "memfd_secret": (447, 0),
    "shmget": (29, 0, 4096, 0o1666),
    "semget": (64, 0, 1, 0o1666),
    "msgget": (68, 0, 0o1666),
    "mq_open": (240, b"x", 0o102, 0o600, 0),
    "name_to_handle_at": (303, -100, b"/", 0, 0, 0),
    "open_by_handle_at": (304, -100, 0, 0),
    "personality": (135, 0x40000),
    "seccomp": (317, 0, 0, 0),
    "prctl PDEATHSIG": (157, 1, 0, 0, 0, 0),
    "prctl DUMPABLE": (157, 4, 1, 0, 0, 0),
    "prctl SECCOMP": (157, 22, 1, 0, 0, 0),
    "landlock_create_ruleset": (444, 0, 0, 1),
    "setsid": (112,),
    "setpgid": (109, 0, 0),
    "setuid": (105, 0),
    "setresuid": (117, 0, 0, 0),
    "capset": (126, 0, 0),
    "setrlimit": (160, 0, 0),
    "syslog": (103, 10, 0, 0),
    "quotactl": (179, 0, 0, 0, 0),
    "sync": (162,),
    "splice": (275, 0, 0, 1, 0, 1, 0),
    "vmsplice": (278, 1, 0, 0, 0),
    "tee": (276, 0, 1, 1, 0),
    "modify_ldt": (154, 0, 0, 0),
    "ioperm": (173, 0, 1, 0),
    "iopl": (172, 0),
    "timer_create": (222, 0, 0, 0),
    "setitimer": (38, 0, 0, 0),
    "alarm": (37, 1),
    "sendmsg": (46, 3, 0, 0),
    "sendto": (44, 3, b"x", 1, 0, 0, 0),
    "recvmsg": (47, 3, 0, 0),
    "shutdown": (48, 3, 2),
    "setsockopt": (54, 3, 1, 2, 0, 0),
    "flock": (73, 0, 2),
    "fcntl F_SETOWN": (72, 3, 8, 1),
    "fcntl F_SETSIG": (72, 3, 10, 9),
    "fcntl F_SETLEASE": (72, 0, 1024, 0),
    "fcntl F_SETPIPE_SZ": (72, 1, 1031, 2**20),
    "fcntl F_NOTIFY": (72, 0, 1026, 1),
    "ioctl TIOCSTI": (16, 0, 0x5412, b"x"),
    "ioctl FIOASYNC": (16, 3, 0x5452, b"\1\0\0\0"),
    "ioctl SIOCGIFCONF": (16, 3, 0x8912, 0),
    "ioctl FIOSETOWN": (16, 3, 0x8901, b"\1\0\0\0"),
}
REFUSED = (1, 38)  # EPERM, ENOSYS


def attack(clues):
    if platform.machine() != "x86_64":
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    done = []
    for name, (number, *arguments) in CALLS.items():
        ctypes.set_errno(0)
        plain = [a if isinstance(a, bytes) else ctypes.c_long(a) for a in arguments]
        result = libc.syscall(number, *plain)
        if result != -1 or ctypes.get_errno() not in REFUSED:
            done.append(f"{name}: {result}, {os.strerror(ctypes.get_errno())}")
    return done
