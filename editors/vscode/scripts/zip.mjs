// A zip archive written anew so that its bytes depend on its contents alone: entries by name, one fixed time, no
// attributes of the machine that made it.

import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** 1980-01-01, the first day that zip knows. */
const DATE = 0x21;
const DEFLATED = 8;
const UTF8 = 0x800;

/** @param {Buffer} archive */
export function repack(archive) {
  const files = entries(archive).sort((left, right) => (left.name < right.name ? -1 : 1));
  const bodies = [];
  const directory = [];
  let offset = 0;
  for (const { name, content } of files) {
    const packed = deflateRawSync(content, { level: 9 });
    const common = header(name, content, packed);
    const local = Buffer.concat([number(LOCAL, 4), common, Buffer.from(name)]);
    directory.push(
      Buffer.concat([number(CENTRAL, 4), number(20, 2), common, Buffer.alloc(10), number(offset, 4), Buffer.from(name)]),
    );
    bodies.push(local, packed);
    offset += local.length + packed.length;
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  const end = [number(END, 4), Buffer.alloc(4), number(files.length, 2), number(files.length, 2)];
  return Buffer.concat([...bodies, ...directory, ...end, number(size, 4), number(offset, 4), Buffer.alloc(2)]);
}

/** What the local and the central header have in common. */
function header(name, content, packed) {
  return Buffer.concat([
    number(20, 2),
    number(UTF8, 2),
    number(DEFLATED, 2),
    number(0, 2),
    number(DATE, 2),
    number(crc32(content), 4),
    number(packed.length, 4),
    number(content.length, 4),
    number(Buffer.byteLength(name), 2),
    number(0, 2),
  ]);
}

/** @param {Buffer} archive */
export function entries(archive) {
  const end = archive.lastIndexOf(number(END, 4));
  const found = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [length, extra, comment] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field));
    const name = archive.toString("utf8", at + 46, at + 46 + length);
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const body = archive.subarray(start, start + archive.readUInt32LE(at + 20));
    const content = archive.readUInt16LE(at + 10) === DEFLATED ? inflateRawSync(body) : body;
    if (!name.endsWith("/")) {
      found.push({ name, content });
    }
    at += 46 + length + extra + comment;
  }
  return found;
}

function number(value, bytes) {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntLE(value >>> 0, 0, bytes);
  return buffer;
}
