"""Reaches for the network, and for every other kind of socket."""
import socket


def attack(clues):
    done = []

    def attempt(name, family, kind, address=None, protocol=0):
        try:
            with socket.socket(family, kind, protocol) as s:
                done.append(f"{name} socket")
                if address is not None:
                    s.connect(address)
                    s.sendall(b"hello")
                    done.append(f"{name} connected")
        except OSError:
            pass

    stream, datagram, raw = socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW
    attempt("tcp", socket.AF_INET, stream, ("127.0.0.1", clues["port"]))
    attempt("tcp6", socket.AF_INET6, stream, ("::1", clues["port"]))
    attempt("udp", socket.AF_INET, datagram, ("127.0.0.1", clues["port"]))
    attempt("raw", socket.AF_INET, raw, protocol=1)
    attempt("unix", socket.AF_UNIX, stream, clues["unix"])
    attempt("abstract", socket.AF_UNIX, stream, clues["abstract"])
    attempt("netlink", socket.AF_NETLINK, raw, (0, 0))
    attempt("packet", socket.AF_PACKET, raw)
    attempt("vsock", socket.AF_VSOCK, stream)
    attempt("alg", socket.AF_ALG, socket.SOCK_SEQPACKET)
    for name, make in (
        ("pair", socket.socketpair),
        ("dns", lambda: socket.create_connection(("localhost", clues["port"]))),
        ("server", lambda: socket.create_server(("127.0.0.1", 0))),
        ("adopted", lambda: socket.socket(fileno=3).sendto(b"x", clues["unix"])),
    ):
        try:
            made = make()
            done.append(f"{name} {made}")
        except OSError:
            pass
    return done
