export const OPCODE = { continuation: 0, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const FINAL = 0x80;
const MASKED = 0x80;

/** One unmasked message, as servers send them. */
export function encodeMessage(opcode: number, payload: Uint8Array): Buffer {
  const size = payload.length;
  const header = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10);
  header[0] = FINAL | opcode;
  if (size < 126) header[1] = size;
  else if (size < 65_536) {
    header[1] = 126;
    header.writeUInt16BE(size, 2);
  } else {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(size), 2);
  }
  return Buffer.concat([header, payload]);
}

/** Splits a client's bytes into messages: unmasks them and joins fragments. */
export class MessageReader {
  private rest: Buffer = Buffer.alloc(0);
  private parts: Buffer[] = [];

  push(bytes: Buffer): { opcode: number; payload: Buffer }[] {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const messages: { opcode: number; payload: Buffer }[] = [];
    for (let frame = this.nextFrame(); frame; frame = this.nextFrame()) {
      const { opcode, final, payload } = frame;
      if (opcode >= OPCODE.close) {
        messages.push({ opcode, payload });
        continue;
      }
      this.parts.push(payload);
      if (!final) continue;
      messages.push({ opcode: OPCODE.binary, payload: Buffer.concat(this.parts) });
      this.parts = [];
    }
    return messages;
  }

  private nextFrame(): { opcode: number; final: boolean; payload: Buffer } | undefined {
    const { rest } = this;
    if (rest.length < 2) return undefined;
    const [first, second] = [rest.readUInt8(0), rest.readUInt8(1)];
    const short = second & 0x7f;
    const headerEnd = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (rest.length < headerEnd) return undefined;
    const size = short < 126 ? short : short === 126 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
    const maskLength = second & MASKED ? 4 : 0;
    const start = headerEnd + maskLength;
    if (rest.length < start + size) return undefined;
    const payload = Buffer.from(rest.subarray(start, start + size));
    for (let i = 0; maskLength > 0 && i < size; i++) {
      payload[i] = (payload[i] ?? 0) ^ (rest[headerEnd + (i & 3)] ?? 0);
    }
    this.rest = rest.subarray(start + size);
    return { opcode: first & 0x0f, final: (first & FINAL) !== 0, payload };
  }
}
