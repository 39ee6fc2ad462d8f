"""Leaves files, changes or removes those of others, and their modes, times and attributes.

What it tries to change is a victim made for it, whatever it would have the right to besides.
"""
import os


def create(folder):
    mine = os.path.join(folder, "left-behind")
    yield "create", lambda: open(mine, "w").write("x")
    yield "mkdir", lambda: os.mkdir(mine + "-dir")
    yield "symlink", lambda: os.symlink("/", mine + "-link")
    yield "mkfifo", lambda: os.mkfifo(mine + "-fifo")
    yield "mknod", lambda: os.mknod(mine + "-node")


def change(victim):
    folder = os.path.dirname(victim)
    yield "link", lambda: os.link(victim, os.path.join(folder, "left-behind-hard"))
    yield "link here", lambda: os.link(victim, "hard")
    yield "append", lambda: open(victim, "a").write("x")
    yield "truncate", lambda: os.truncate(victim, 0)
    yield "O_TRUNC", lambda: os.open(victim, os.O_TRUNC)
    yield "chmod", lambda: os.chmod(victim, 0)
    yield "chown", lambda: os.chown(victim, 1, 1)
    yield "utime", lambda: os.utime(victim)
    yield "xattr", lambda: os.setxattr(victim, "user.x", b"x")
    yield "chmod folder", lambda: os.chmod(folder, 0o755)
    yield "rename here", lambda: os.rename(victim, "mine")
    yield "replace", lambda: (open("new", "w").close(), os.replace("new", victim))
    yield "unlink", lambda: os.unlink(victim)


def attack(clues):
    done = []
    attempts = [(folder, create(folder)) for folder in clues["folders"]]
    for target, ways in [*attempts, (clues["victim"], change(clues["victim"]))]:
        for name, attempt in ways:
            try:
                attempt()
                done.append(f"{name} {target}")
            except OSError:
                pass
    return done
