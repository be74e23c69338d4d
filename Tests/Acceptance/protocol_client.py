"""A MySQL client on raw sockets that tells every field of what the server sends: for protocol_matrix.py.

It agrees to exactly the capabilities that it is told to, reads each packet whole, and prints it as one line of text. What no
two servers have in common (versions, thread ids, salts) is masked.
"""
import ctypes
import ctypes.util
import hashlib
import socket
import struct
import zlib

FLAGS = {
    "LONG_PASSWORD": 0, "FOUND_ROWS": 1, "LONG_FLAG": 2, "CONNECT_WITH_DB": 3, "NO_SCHEMA": 4, "COMPRESS": 5, "ODBC": 6,
    "LOCAL_FILES": 7, "IGNORE_SPACE": 8, "PROTOCOL_41": 9, "INTERACTIVE": 10, "SSL": 11, "IGNORE_SIGPIPE": 12,
    "TRANSACTIONS": 13, "RESERVED": 14, "SECURE_CONNECTION": 15, "MULTI_STATEMENTS": 16, "MULTI_RESULTS": 17,
    "PS_MULTI_RESULTS": 18, "PLUGIN_AUTH": 19, "CONNECT_ATTRS": 20, "PLUGIN_AUTH_LENENC": 21, "EXPIRED_PASSWORDS": 22,
    "SESSION_TRACK": 23, "DEPRECATE_EOF": 24, "OPTIONAL_METADATA": 25, "ZSTD": 26, "QUERY_ATTRIBUTES": 27,
    "MULTI_FACTOR": 28, "CAPABILITY_EXTENSION": 29, "SSL_VERIFY": 30, "REMEMBER_OPTIONS": 31,
}
STATUS = {
    0x1: "in_trans", 0x2: "autocommit", 0x8: "more_results", 0x10: "no_good_index", 0x20: "no_index", 0x40: "cursor",
    0x80: "last_row", 0x100: "db_dropped", 0x200: "no_backslash", 0x400: "metadata_changed", 0x800: "slow",
    0x1000: "out_params", 0x2000: "read_only_trans", 0x4000: "state_changed",
}
# What an optimizer thinks of a query: no two have that in common.
PLAN = 0x10 | 0x20
COMMANDS = {
    "sleep": 0, "quit": 1, "init_db": 2, "query": 3, "field_list": 4, "create_db": 5, "drop_db": 6, "refresh": 7,
    "shutdown": 8, "statistics": 9, "process_info": 10, "connect": 11, "process_kill": 12, "debug": 13, "ping": 14,
    "time": 15, "delayed_insert": 16, "change_user": 17, "binlog_dump": 18, "table_dump": 19, "connect_out": 20,
    "register_replica": 21, "stmt_prepare": 22, "stmt_execute": 23, "stmt_send_long_data": 24, "stmt_close": 25,
    "stmt_reset": 26, "set_option": 27, "stmt_fetch": 28, "daemon": 29, "binlog_dump_gtid": 30, "reset_connection": 31,
    "clone": 32, "subscribe": 33, "end": 34,
}
SILENT = {"stmt_send_long_data", "stmt_close"}


def flags_of(names):
    return sum(1 << FLAGS[name] for name in names)


def lenenc(data):
    data = data.encode() if isinstance(data, str) else data
    return lenenc_integer(len(data)) + data


def lenenc_integer(number):
    if number < 251:
        return bytes([number])
    if number < 1 << 16:
        return b"\xfc" + struct.pack("<H", number)
    if number < 1 << 24:
        return b"\xfd" + struct.pack("<I", number)[:3]
    return b"\xfe" + struct.pack("<Q", number)


class Zstd:
    """libzstd's simple interface."""
    library = None

    @classmethod
    def load(cls):
        if cls.library is None:
            cls.library = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
            for name in ("ZSTD_compressBound", "ZSTD_compress", "ZSTD_decompress"):
                getattr(cls.library, name).restype = ctypes.c_size_t
        return cls.library

    @classmethod
    def compress(cls, data, level):
        library = cls.load()
        bound = library.ZSTD_compressBound(ctypes.c_size_t(len(data)))
        target = ctypes.create_string_buffer(bound)
        size = library.ZSTD_compress(target, ctypes.c_size_t(bound), data, ctypes.c_size_t(len(data)), ctypes.c_int(level))
        return target.raw[:size]

    @classmethod
    def decompress(cls, data, size):
        target = ctypes.create_string_buffer(size)
        written = cls.load().ZSTD_decompress(target, ctypes.c_size_t(size), data, ctypes.c_size_t(len(data)))
        assert written == size, "a zstd frame of another size than announced"
        return target.raw


class Reader:
    def __init__(self, data):
        self.data, self.place = data, 0

    def take(self, count):
        if self.place + count > len(self.data):
            raise ValueError("a packet that is cut off")
        part = self.data[self.place:self.place + count]
        self.place += count
        return part

    def number(self, count):
        return int.from_bytes(self.take(count), "little")

    def lenenc(self):
        first = self.number(1)
        return first if first < 251 else self.number({0xFC: 2, 0xFD: 3, 0xFE: 8}[first])

    def text(self):
        return self.take(self.lenenc())

    def until_nul(self):
        end = self.data.index(0, self.place)
        part = self.take(end - self.place)
        self.place += 1
        return part

    @property
    def rest(self):
        return self.data[self.place:]

    @property
    def is_over(self):
        return self.place >= len(self.data)


def show(data):
    """Text; whether loopback has a name depends on `skip_name_resolve`."""
    return data.decode("utf8", "backslashreplace").replace("127.0.0.1", "localhost")


def status_text(word):
    return "|".join(name for bit, name in STATUS.items() if word & bit & ~PLAN) or "0"


class Gone(Exception):
    """The server ended the connection."""


class Client:
    """One connection; `transcript` has a line for each packet that came."""

    def __init__(self, port, flags, user="root", password=b"", schema=None, collation=255, attributes=None, zstd_level=3,
                 plugin="caching_sha2_password", host="127.0.0.1"):
        self.flags = flags
        self.user, self.password, self.schema, self.collation = user, password, schema, collation
        self.attributes = attributes or {"program": "matrix"}
        self.zstd_level, self.plugin = zstd_level, plugin
        self.algorithm = None
        self.buffer = b""
        self.compressed_sequence = 0
        self.socket = socket.create_connection((host, port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.columns = 0
        self.statements = []

    def close(self):
        self.socket.close()

    def has(self, name):
        return bool(self.flags >> FLAGS[name] & 1)

    # Packets

    def _receive(self, count):
        data = b""
        while len(data) < count:
            try:
                part = self.socket.recv(min(1 << 20, count - len(data)))
            except ConnectionError as error:
                raise Gone from error
            if not part:
                raise Gone
            data += part
        return data

    def _bytes(self, count):
        if not self.algorithm:
            return self._receive(count)
        while len(self.buffer) < count:
            header = self._receive(7)
            size, self.compressed_sequence = int.from_bytes(header[:3], "little"), (header[3] + 1) & 255
            plain = int.from_bytes(header[4:], "little")
            data = self._receive(size)
            if plain:
                data = zlib.decompress(data) if self.algorithm == "zlib" else Zstd.decompress(data, plain)
                assert len(data) == plain, "a compressed packet of another size than announced"
            self.buffer += data
        part, self.buffer = self.buffer[:count], self.buffer[count:]
        return part

    def read(self):
        payload = b""
        while True:
            header = self._bytes(4)
            size = int.from_bytes(header[:3], "little")
            self.sequence = (header[3] + 1) & 255
            payload += self._bytes(size)
            if size < 0xFFFFFF:
                return payload

    def _write(self, data):
        try:
            if not self.algorithm:
                return self.socket.sendall(data)
            for start in range(0, len(data), 1 << 23):
                part = data[start:start + (1 << 23)]
                packed, plain = part, 0
                if len(part) >= 50:
                    packed = zlib.compress(part) if self.algorithm == "zlib" else Zstd.compress(part, self.zstd_level)
                    plain = len(part)
                self.socket.sendall(
                    struct.pack("<I", len(packed))[:3] + bytes([self.compressed_sequence])
                    + struct.pack("<I", plain)[:3] + packed)
                self.compressed_sequence = (self.compressed_sequence + 1) & 255
        except ConnectionError as error:
            raise Gone from error

    def send(self, payload, sequence=0):
        self.compressed_sequence = 0 if sequence == 0 else self.compressed_sequence
        data, start = b"", 0
        while True:
            part = payload[start:start + 0xFFFFFF]
            data += struct.pack("<I", len(part))[:3] + bytes([sequence & 255]) + part
            sequence, start = sequence + 1, start + 0xFFFFFF
            if len(part) < 0xFFFFFF:
                break
        self._write(data)

    # The handshake

    def login(self):
        """Greets and answers; the lines of all packets."""
        greeting = self.read()
        if greeting[:1] == b"\xff":
            return [self.describe(greeting)]
        reader = Reader(greeting)
        protocol = reader.number(1)
        reader.until_nul()
        reader.number(4)
        salt = reader.take(8)
        reader.take(1)
        offered = reader.number(2)
        collation = reader.number(1)
        status = reader.number(2)
        offered |= reader.number(2) << 16
        length = reader.number(1)
        reserved = reader.take(10)
        salt += reader.take(max(13, length - 8)).rstrip(b"\0")
        plugin = reader.until_nul()
        self.salt = salt
        lines = [
            f"greeting protocol={protocol} collation={collation} status={status_text(status)} "
            f"capabilities={'|'.join(name for name, bit in FLAGS.items() if offered >> bit & 1 and name != 'NO_SCHEMA')} "
            f"salt_length={length} "
            f"reserved={reserved.hex()} plugin={show(plugin)} rest={reader.rest.hex()}"]
        if not self.flags & 1 << FLAGS["PROTOCOL_41"]:
            payload = struct.pack("<H", self.flags & 0xFFFF) + b"\xff\xff\xff" + self.user.encode() + b"\0" + b"\0"
        else:
            payload = struct.pack("<IIB23x", self.flags, 1 << 24, self.collation) + self.user.encode() + b"\0"
            proof = self.scramble(self.plugin, salt)
            payload += bytes([len(proof)]) + proof if self.has("SECURE_CONNECTION") or self.has("PLUGIN_AUTH_LENENC") else b"\0"
            if self.has("CONNECT_WITH_DB"):
                payload += (self.schema or "").encode() + b"\0"
            if self.has("PLUGIN_AUTH"):
                payload += self.plugin.encode() + b"\0"
            if self.has("CONNECT_ATTRS"):
                block = b"".join(lenenc(name) + lenenc(value) for name, value in self.attributes.items())
                payload += lenenc(block)
            if self.has("ZSTD"):
                payload += bytes([self.zstd_level])
        self.flags &= offered
        self.send(payload, 1)
        lines += self.authenticate()
        if lines[-1].startswith("OK"):
            if self.has("COMPRESS"):
                self.algorithm = "zlib"
            elif self.has("ZSTD"):
                self.algorithm = "zstd"
        return lines

    def scramble(self, plugin, salt):
        if not self.password:
            return b""
        if plugin != "caching_sha2_password":
            return b""
        once = hashlib.sha256(self.password).digest()
        twice = hashlib.sha256(hashlib.sha256(once).digest() + salt).digest()
        return bytes(a ^ b for a, b in zip(once, twice))

    def authenticate(self):
        """Answers what the server's plugin asks until there is OK or an error."""
        lines = []
        while True:
            packet = self.read()
            if packet[:1] == b"\xfe":
                reader = Reader(packet[1:])
                plugin = show(reader.until_nul())
                salt = reader.rest.rstrip(b"\0")
                lines.append(f"switch plugin={plugin} salt_length={len(reader.rest)}")
                self.send(self.scramble(plugin, salt), self.sequence)
            elif packet[:1] == b"\x01":
                lines.append(f"more {packet[1:2].hex()} {'key' if len(packet) > 2 else ''}".strip())
                if packet[1:2] == b"\x04":
                    self.send(b"\x02", self.sequence)
                    key = self.read()[1:]
                    self.send(self.encrypt(key), self.sequence)
            else:
                lines.append(self.describe(packet))
                return lines

    def encrypt(self, key):
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import padding
        plain = self.password + b"\0"
        mixed = bytes(byte ^ self.salt[index % len(self.salt)] for index, byte in enumerate(plain))
        return serialization.load_pem_public_key(key).encrypt(
            mixed, padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None))

    # What packets say

    def describe(self, packet):
        try:
            if packet[:1] == b"\xff":
                return self.describe_error(packet)
            if packet[:1] == b"\x00" or packet[:1] == b"\xfe" and self.has("DEPRECATE_EOF") and len(packet) > 5:
                return self.describe_ok(packet)
            if packet[:1] == b"\xfe" and len(packet) <= 5:
                reader = Reader(packet[1:])
                if reader.is_over:
                    return "EOF bare"
                return f"EOF warnings={reader.number(2)} status={status_text(reader.number(2))}{self.rest(reader)}"
        except (ValueError, KeyError) as error:
            return f"malformed ({error}): {packet.hex()}"
        return f"packet {packet[:200].hex()}"

    @staticmethod
    def rest(reader):
        return f" rest={reader.rest.hex()}" if not reader.is_over else ""

    def describe_error(self, packet):
        number = struct.unpack("<H", packet[1:3])[0]
        if packet[3:4] == b"#":
            return f"ERR {number} {show(packet[4:9])} {show(packet[9:])}"
        return f"ERR {number} without-state {show(packet[3:])}"

    def describe_ok(self, packet):
        reader = Reader(packet)
        name = "OK" if reader.number(1) == 0 else "OK(fe)"
        line = f"{name} rows={reader.lenenc()} id={reader.lenenc()}"
        if self.has("PROTOCOL_41"):
            status = reader.number(2)
            line += f" status={status_text(status)} warnings={reader.number(2)}"
        else:
            status = reader.number(2) if self.has("TRANSACTIONS") else 0
            line += f" status={status_text(status)}"
        if not reader.is_over:
            line += f" info={show(reader.text())!r}"
        if status & 0x4000 and self.has("SESSION_TRACK"):
            line += f" track=[{'; '.join(self.changes(Reader(reader.text())))}]"
        return line + self.rest(reader)

    def changes(self, reader):
        while not reader.is_over:
            kind = reader.number(1)
            data = Reader(reader.text())
            if kind == 0:
                name, value = show(data.text()), show(data.text())
                # MySQL's own counter of statements comes with `session_track_system_variables = '*'`.
                if name != "statement_id":
                    yield f"variable {name}={value}" + self.rest(data)
            elif kind == 3:
                yield f"gtids encoding={data.number(1)} {'present' if data.text() else 'none'}" + self.rest(data)
            elif kind == 2:
                yield f"state {show(data.rest)}"
            else:
                name = {1: "schema", 4: "characteristics", 5: "transaction"}.get(kind, kind)
                yield f"{name} {show(data.text())}" + self.rest(data)

    def describe_column(self, packet, with_default=False):
        reader = Reader(packet)
        catalog, schema, table, org_table, name, org_name = (show(reader.text()) for _ in range(6))
        fixed = reader.number(1)
        collation, length, kind, flags, decimals = (
            reader.number(2), reader.number(4), reader.number(1), reader.number(2), reader.number(1))
        filler = reader.number(2)
        line = (
            f"column {catalog}/{schema}/{table}/{org_table}/{name}/{org_name} fixed={fixed} collation={collation} "
            f"length={length} type={kind} flags={flags:#x} decimals={decimals} filler={filler}")
        if with_default and not reader.is_over:
            line += " default=" + ("NULL" if reader.data[reader.place] == 0xFB else show(reader.text()))
            reader.place += reader.data[reader.place:reader.place + 1] == b"\xfb"
        return line + self.rest(reader)

    # Answers

    def is_end(self, packet):
        """The packet ends a list of rows or columns."""
        if packet[:1] == b"\xff":
            return True
        limit = 0xFFFFFF if self.has("DEPRECATE_EOF") else 9
        return packet[:1] == b"\xfe" and len(packet) < limit

    def more_follows(self, packet):
        if packet[:1] == b"\xff":
            return False
        reader = Reader(packet)
        if reader.number(1) == 0xFE and not self.has("DEPRECATE_EOF"):
            reader.take(2)
            return bool(reader.number(2) & 8)
        reader.lenenc()
        reader.lenenc()
        return bool(reader.number(2) & 8)

    def result(self, binary=False):
        """The lines of the answer to a query or an execution."""
        lines = []
        while True:
            packet = self.read()
            if packet[:1] in (b"\x00", b"\xff"):
                lines.append(self.describe(packet))
                if not self.more_follows(packet):
                    return lines
                continue
            if packet[:1] == b"\xfb":
                lines.append("local infile " + show(packet[1:]))
                self.send(b"", self.sequence)
                continue
            reader = Reader(packet)
            full = True
            count = reader.lenenc()
            line = f"columns {count}"
            if self.has("OPTIONAL_METADATA"):
                full = reader.number(1) == 1
                line += f" metadata={int(full)}"
            lines.append(line + self.rest(reader))
            self.columns = count
            if full:
                lines += [self.describe_column(self.read()) for _ in range(count)]
            if not self.has("DEPRECATE_EOF"):
                packet = self.read()
                lines.append(self.describe(packet))
                if packet[:1] == b"\xff" or struct.unpack("<H", packet[3:5])[0] & 0x40:
                    return lines
            packet = self.rows(lines, binary)
            if not self.more_follows(packet):
                return lines

    def rows(self, lines, binary):
        while True:
            packet = self.read()
            if self.is_end(packet):
                lines.append(self.describe(packet))
                return packet
            lines.append("row " + (packet.hex() if binary else self.describe_row(packet)))

    def describe_row(self, packet):
        reader = Reader(packet)
        values = []
        for _ in range(self.columns):
            if reader.data[reader.place:reader.place + 1] == b"\xfb":
                reader.place += 1
                values.append("NULL")
            else:
                values.append(repr(show(reader.text())))
        return ",".join(values) + self.rest(reader)

    def prepared(self):
        packet = self.read()
        if packet[:1] == b"\xff":
            self.statements.append(0)
            return [self.describe(packet)]
        reader = Reader(packet[1:])
        self.statements.append(reader.number(4))
        columns, parameters = reader.number(2), reader.number(2)
        filler, warnings = reader.number(1), reader.number(2)
        full = True
        line = f"prepared columns={columns} parameters={parameters} filler={filler} warnings={warnings}"
        if not reader.is_over:
            full = reader.number(1) == 1
            line += f" metadata={int(full)}"
        lines = [line + self.rest(reader)]
        for count in (parameters, columns):
            if count:
                if full:
                    lines += [self.describe_column(self.read()) for _ in range(count)]
                if not self.has("DEPRECATE_EOF"):
                    lines.append(self.describe(self.read()))
        return lines

    def field_list(self):
        lines = []
        while True:
            packet = self.read()
            if self.is_end(packet):
                lines.append(self.describe(packet))
                return lines
            lines.append(self.describe_column(packet, with_default=True))

    # Commands

    def command(self, name, data=b"", sequence=0):
        """Sends a command and reads its answer to the end."""
        code = name if isinstance(name, int) else COMMANDS[name]
        self.send(bytes([code]) + data, sequence)
        if name in SILENT and len(data) >= 4:
            return []
        if name == "query":
            return self.result()
        if name == "stmt_execute":
            return self.result(binary=True)
        if name == "stmt_prepare":
            return self.prepared()
        if name == "field_list":
            return self.field_list()
        if name == "stmt_fetch":
            lines = []
            self.rows(lines, True)
            return lines
        if name == "change_user":
            return self.authenticate()
        packet = self.read()
        if name == "statistics" and packet[:1] == b"U":
            return ["statistics " + "  ".join(part.split(": ")[0] for part in show(packet).split("  "))]
        return [self.describe(packet)]

    def query(self, text, attributes=()):
        data = b""
        if self.has("QUERY_ATTRIBUTES"):
            data = lenenc_integer(len(attributes)) + b"\x01"
            if attributes:
                data += bytes((len(attributes) + 7) // 8) + b"\x01"
                data += b"".join(b"\xfd\x00" + lenenc(name) for name, _ in attributes)
                data += b"".join(lenenc(value) for _, value in attributes)
        return self.command("query", data + (text if isinstance(text, bytes) else text.encode()))

    def execute(self, place, values=(), cursor=0, attributes=()):
        """Values are integers, texts or None; `place` counts the statements prepared on this connection from 0."""
        number = self.statements[place] if place < len(self.statements) else 999_999
        has_count = self.has("QUERY_ATTRIBUTES")
        flags = cursor | (8 if has_count and attributes else 0)
        data = struct.pack("<IBI", number, flags, 1)
        every = [("", value) for value in values] + list(attributes if has_count else ())
        if has_count and (values or attributes):
            data += lenenc_integer(len(every))
        if every:
            bits = bytearray((len(every) + 7) // 8)
            types, body = b"", b""
            for index, (name, value) in enumerate(every):
                if value is None:
                    bits[index // 8] |= 1 << index % 8
                    types += b"\x06\x00"
                elif isinstance(value, int):
                    types += b"\x08\x00"
                    body += struct.pack("<q", value)
                else:
                    types += b"\xfd\x00"
                    body += lenenc(value)
                if has_count:
                    types += lenenc(name)
            data += bytes(bits) + b"\x01" + types + body
        return self.command("stmt_execute", data)

    def fetch(self, place, count):
        number = self.statements[place] if place < len(self.statements) else 999_999
        return self.command("stmt_fetch", struct.pack("<II", number, count))
