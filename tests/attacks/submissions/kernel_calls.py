"""Makes, by number, the system calls that have no business in an exercise."""
import ctypes
import os
import platform

# Each with arguments that the kernel itself would refuse (a bad address, descriptor or size), but
# with another error: so the attack tells whether a call gets through, and does nothing if it does.
BAD = -1
CALLS = {
    "ptrace": (101, 12345, BAD, 0, 0),
    "process_vm_readv": (310, BAD, 0, 0, 0, 0, 1),
    "process_vm_writev": (311, BAD, 0, 0, 0, 0, 1),
    "kcmp": (312, BAD, BAD, 99, 0, 0),
    "pidfd_open": (434, BAD, 0),
    "pidfd_getfd": (438, BAD, 0, 0),
    "pidfd_send_signal": (424, BAD, 0, 0, 0),
    "process_madvise": (440, BAD, 0, 0, 0, 0),
    "io_uring_setup": (425, 0, 0),
    "io_uring_enter": (426, BAD, 0, 0, 0, 0, 0),
    "userfaultfd": (323, BAD),
    "bpf": (321, 9999, 0, 0),
    "perf_event_open": (298, BAD, 0, BAD, BAD, 0),
    "add_key": (248, BAD, BAD, 0, 0, 0),
    "request_key": (249, BAD, BAD, 0, 0),
    "keyctl": (250, 9999, 0, 0, 0),
    "inotify_add_watch": (254, BAD, BAD, 0),
    "inotify_init1": (294, BAD),
    "fanotify_init": (300, BAD, BAD),
    "unshare": (272, 1),
    "setns": (308, BAD, 0),
    "mount": (165, BAD, BAD, BAD, 0, 0),
    "umount2": (166, BAD, 0),
    "pivot_root": (155, BAD, BAD),
    "chroot": (161, BAD),
    "open_tree": (428, BAD, BAD, 0),
    "move_mount": (429, BAD, BAD, BAD, BAD, 0),
    "fsopen": (430, BAD, 0),
    "openat2": (437, BAD, BAD, 0, 0),
    "memfd_create": (319, BAD, 0),
    "memfd_secret": (447, BAD),
    "shmget": (29, 0, 0, 0o1000),
    "semget": (64, 0, BAD, 0o1000),
    "shmat": (30, BAD, 0, 0),
    "msgrcv": (70, BAD, 0, 0, 0, 0),
    "mq_open": (240, BAD, 0, 0, 0),
    "name_to_handle_at": (303, BAD, BAD, 0, 0, 0),
    "open_by_handle_at": (304, BAD, BAD, 0),
    "chmod": (90, BAD, 0),
    "fchmod": (91, BAD, 0),
    "fchmodat2": (452, BAD, BAD, 0, 0),
    "chown": (92, BAD, 0, 0),
    "utimensat": (280, BAD, BAD, 0, 0),
    "setxattr": (188, BAD, BAD, BAD, 0, 0),
    "truncate": (76, BAD, 0),
    "link": (86, BAD, BAD),
    "symlink": (88, BAD, BAD),
    "mknod": (133, BAD, 0, 0),
    "seccomp": (317, 99, 0, 0),
    "prctl PDEATHSIG": (157, 1, 999, 0, 0, 0),
    "prctl DUMPABLE": (157, 4, 9, 0, 0, 0),
    "prctl SECCOMP": (157, 22, 99, 0, 0, 0),
    "landlock_create_ruleset": (444, 0, 0, 99),
    "setpgid": (109, BAD, BAD),
    "capset": (126, BAD, 0),
    "setrlimit": (160, 99, BAD),
    "prlimit64, set": (302, 0, 99, 8, 0),
    "syslog": (103, 99, 0, 0),
    "quotactl": (179, BAD, BAD, 0, 0),
    "splice": (275, BAD, 0, BAD, 0, 1, 0),
    "vmsplice": (278, BAD, 0, 1, 0),
    "tee": (276, BAD, BAD, 1, 0),
    "sendfile": (40, BAD, BAD, 0, 1),
    "copy_file_range": (326, BAD, 0, BAD, 0, 1, 0),
    "modify_ldt": (154, 99, 0, 0),
    "timer_create": (222, 99, BAD, 0),
    "setitimer": (38, 99, 0, 0),
    "sendmsg": (46, BAD, 0, 0),
    "sendto": (44, BAD, 0, 0, 0, 0, 0),
    "recvmsg": (47, BAD, 0, 0),
    "shutdown": (48, BAD, 2),
    "setsockopt": (54, BAD, 1, 2, 0, 0),
    "flock": (73, BAD, 2),
    "sched_setaffinity": (203, BAD, 0, 0),
    "setpriority": (141, 99, 0, 0),
    "fcntl F_SETOWN": (72, BAD, 8, 1),
    "fcntl F_SETSIG": (72, BAD, 10, 9),
    "fcntl F_SETLEASE": (72, BAD, 1024, 0),
    "fcntl F_SETPIPE_SZ": (72, BAD, 1031, 2**20),
    "fcntl F_NOTIFY": (72, BAD, 1026, 1),
    "ioctl TIOCSTI": (16, BAD, 0x5412, 0),
    "ioctl FIOASYNC": (16, BAD, 0x5452, 0),
    "ioctl FIOSETOWN": (16, BAD, 0x8901, 0),
    "ioctl FS_IOC_SETFLAGS": (16, BAD, 0x40086602, 0),
}
REFUSED = (1, 38)  # EPERM, ENOSYS


def attack(clues):
    if platform.machine() != "x86_64":
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    done = []
    for name, (number, *arguments) in CALLS.items():
        ctypes.set_errno(0)
        result = libc.syscall(number, *map(ctypes.c_long, arguments))
        if result != -1 or ctypes.get_errno() not in REFUSED:
            done.append(f"{name}: {result}, {os.strerror(ctypes.get_errno())}")
    return done
