"""A mail server on this machine that takes everything it is bid to take, and sends it nowhere."""

import datetime as dt
import ipaddress
import socketserver
import ssl
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Postbox:
    """`refuses` gives the answers to mail for some addresses; `logins` are user and password as they came, with the encryption."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    logins: list[tuple[str, str, bool]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    takes_logins: bool = True


@contextmanager
def postbox(tls: ssl.SSLContext | None = None) -> Iterator[Postbox]:
    """Listening for as long as it is used; with `tls` it offers STARTTLS."""
    mine = Postbox()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.is_encrypted = False
            self.say("220 postbox")
            while line := self.rfile.readline().decode().strip():
                word, _, rest = line.partition(" ")
                if word.upper() == "QUIT":
                    self.say("221 bye")
                    return
                self.hear(word.upper(), rest)

        def hear(self, word: str, rest: str) -> None:
            match word:
                case "EHLO":
                    self.say("250-postbox", *["250-STARTTLS"][: bool(tls and not self.is_encrypted)], "250 AUTH PLAIN")
                case "STARTTLS" if tls:
                    self.say("220 go ahead")
                    self.encrypt(tls)
                case "AUTH":
                    _, user, password = b64decode(rest.split()[1]).decode().split("\0")
                    mine.logins.append((user, password, self.is_encrypted))
                    self.say("235 welcome" if mine.takes_logins else "535 no")
                case "RCPT":
                    self.say(mine.refuses.get(rest.partition("<")[2].rstrip(">"), "250 ok"))
                case "DATA":
                    self.say("354 go on")
                    mine.letters.append(self.letter())
                    self.say("250 taken")
                case _:
                    self.say("250 ok")

        def letter(self) -> EmailMessage:
            lines = iter(self.rfile.readline, b".\r\n")
            return message_from_bytes(b"".join(lines), policy=policy.default)

        def encrypt(self, context: ssl.SSLContext) -> None:
            self.request = self.connection = context.wrap_socket(self.request, server_side=True)
            self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb")
            self.is_encrypted = True

        def say(self, *lines: str) -> None:
            self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
            self.wfile.flush()

        def finish(self) -> None:
            super().finish()
            self.request.close()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        mine.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield mine
        finally:
            server.shutdown()
            thread.join()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate of this machine's own: how a server shows it, and how a client that trusts it checks it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "postbox")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2120, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "postbox.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))
