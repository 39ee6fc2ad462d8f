"""Leaves files, changes or removes those of others, and their modes, times and attributes."""
import os


def attempts(folder, victim):
    mine = os.path.join(folder, "left-behind")
    yield "create", lambda: open(mine, "w").write("x")
    yield "mkdir", lambda: os.mkdir(mine + "-dir")
    yield "symlink", lambda: os.symlink("/", mine + "-link")
    yield "link", lambda: os.link(victim, mine + "-hard")
    yield "mkfifo", lambda: os.mkfifo(mine + "-fifo")
    yield "mknod", lambda: os.mknod(mine + "-node")
    yield "append", lambda: open(victim, "a").write("x")
    yield "truncate", lambda: os.truncate(victim, 0)
    yield "O_TRUNC", lambda: os.open(victim, os.O_TRUNC)
    yield "chmod", lambda: os.chmod(victim, 0)
    yield "chown", lambda: os.chown(victim, 1, 1)
    yield "utime", lambda: os.utime(victim)
    yield "xattr", lambda: os.setxattr(victim, "user.x", b"x")
    yield "unlink", lambda: os.unlink(victim)
    yield "rename", lambda: os.rename(victim, victim + "2")
    yield "replace", lambda: (open("mine", "w").close(), os.replace("mine", victim))
    yield "rmdir", lambda: os.rmdir(folder)
    yield "chmod folder", lambda: os.chmod(folder, 0)


def attack(clues):
    done = []
    for folder, victim in clues["victims"]:
        for name, attempt in attempts(folder, victim):
            try:
                attempt()
                done.append(f"{name} {folder}")
            except OSError:
                pass
    return done
