/** Slots of a cluster (Redis Cluster specification, "Key distribution model"). */
export const SLOTS = 16_384;

/** CRC16 (XMODEM) of each byte. */
const CRC16 = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** Slot of a key by its hash tag: CRC16 modulo {@link SLOTS}. */
export function keySlot(key: string): number {
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open + 1);
  const isTagged = close > open + 1;
  const from = isTagged ? open + 1 : 0;
  const to = isTagged ? close : key.length;
  let crc = 0;
  for (let at = from; at < to; at++) {
    const byte = key.charCodeAt(at);
    if (byte > 0x7f) return slotOfBytes(Buffer.from(key.slice(from, to)));
    crc = next(crc, byte);
  }
  return crc % SLOTS;
}

function slotOfBytes(bytes: Buffer): number {
  return bytes.reduce(next, 0) % SLOTS;
}

function next(crc: number, byte: number): number {
  return ((crc << 8) & 0xffff) ^ CRC16[((crc >> 8) ^ byte) & 0xff]!;
}
