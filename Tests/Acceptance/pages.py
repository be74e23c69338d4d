"""The pages of a member's SQLite file, as Sources/Storage/SQLite/PageChecksum.swift writes them: 4096 bytes, the last eight of
which are XXH64 of the rest, mixed with the page's number. For tests that damage a file, or change it as a bug in the server
would: with checksums that are right.
"""
import struct

SIZE = 4096
MASK = (1 << 64) - 1
P1, P2, P3, P4, P5 = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)


def _rotate(value, bits):
    return (value << bits | value >> (64 - bits)) & MASK


def _round(accumulator, word):
    return _rotate((accumulator + word * P2) & MASK, 31) * P1 & MASK


def xxh64(data):
    """Of whole words, 32 bytes of them at least."""
    words = struct.unpack(f"<{len(data) // 8}Q", data)
    lanes = [(P1 + P2) & MASK, P2, 0, -P1 & MASK]
    whole = len(words) // 4 * 4
    for index in range(0, whole, 4):
        lanes = [_round(lane, word) for lane, word in zip(lanes, words[index:index + 4])]
    value = sum(_rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & MASK
    for lane in lanes:
        value = ((value ^ _round(0, lane)) * P1 + P4) & MASK
    value = (value + len(data)) & MASK
    for word in words[whole:]:
        value = (_rotate(value ^ _round(0, word), 27) * P1 + P4) & MASK
    value = (value ^ value >> 33) * P2 & MASK
    value = (value ^ value >> 29) * P3 & MASK
    return value ^ value >> 32


def checksum(page, number):
    """Of the page with that number, counted from 1."""
    return xxh64(page[:-8]) ^ (number * 0x9E3779B97F4A7C15 & MASK)


def wrong(path):
    """The numbers of the pages whose checksum is not right."""
    data = path.read_bytes()
    assert len(data) % SIZE == 0
    pages = [data[at:at + SIZE] for at in range(0, len(data), SIZE)]
    return [number for number, page in enumerate(pages, 1) if struct.unpack("<Q", page[-8:])[0] != checksum(page, number)]


def reseal(path):
    """Gives every page the checksum that it should have, as if the server had written it so. Returns which had another."""
    numbers = wrong(path)
    with open(path, "r+b") as file:
        for number in numbers:
            file.seek((number - 1) * SIZE)
            page = file.read(SIZE)
            file.seek(number * SIZE - 8)
            file.write(struct.pack("<Q", checksum(page, number)))
    return numbers


def flip(path, needle, bit=1):
    """Flips a bit of the first byte of `needle`, wherever the file has it. Returns how often that was."""
    data = bytearray(path.read_bytes())
    count, at = 0, data.find(needle)
    while at >= 0:
        with open(path, "r+b") as file:
            file.seek(at)
            file.write(bytes([data[at] ^ bit]))
        count, at = count + 1, data.find(needle, at + 1)
    return count
