/** The Opus packets of an Ogg file (RFC 3533, RFC 7845) and their duration. */
export interface OggOpus {
  channels: number;
  /** Samples at 48 kHz to skip at the start. */
  preSkip: number;
  packets: Uint8Array[];
  seconds: number;
}

const PAGE_HEAD = 27;
const RATE = 48_000;
/** OpusHead and OpusTags precede the sound. */
const HEADERS = 2;

/** Reads the first stream of an Ogg file; null if it is not Opus in one or two channels, or has no sound. */
export function readOggOpus(file: Uint8Array): OggOpus | null {
  const { packets, lastGranule } = packetsOf(Buffer.from(file.buffer, file.byteOffset, file.length));
  const head = packets[0];
  if (!head || head.length < 19 || head.toString('latin1', 0, 8) !== 'OpusHead') return null;
  const channels = head[9]!;
  const preSkip = head.readUInt16LE(10);
  // Mapping family 0 is plain mono or stereo. Voice messages are never anything else.
  if (head[18] !== 0 || channels < 1 || channels > 2 || packets.length <= HEADERS) return null;
  const seconds = Math.max(0, Number(lastGranule) - preSkip) / RATE;
  return { channels, preSkip, packets: packets.slice(HEADERS), seconds };
}

/** A truncated file gives the packets that it has. */
function packetsOf(file: Buffer): { packets: Buffer[]; lastGranule: bigint } {
  const packets: Buffer[] = [];
  let started: Buffer[] = [];
  let lastGranule = 0n;
  let serial: number | undefined;
  for (let at = 0; at + PAGE_HEAD <= file.length && file.toString('latin1', at, at + 4) === 'OggS';) {
    const lacing = file.subarray(at + PAGE_HEAD, at + PAGE_HEAD + file[at + 26]!);
    const granule = file.readBigInt64LE(at + 6);
    serial ??= file.readUInt32LE(at + 14);
    const isOurs = file.readUInt32LE(at + 14) === serial;
    at += PAGE_HEAD + lacing.length;
    for (const length of lacing) {
      if (isOurs) started.push(file.subarray(at, at + length));
      at += length;
      // A segment of 255 bytes means that its packet goes on.
      if (isOurs && length < 255) {
        packets.push(started.length === 1 ? started[0]! : Buffer.concat(started));
        started = [];
      }
    }
    // -1: no packet ends on this page.
    if (isOurs && granule > lastGranule) lastGranule = granule;
  }
  return { packets, lastGranule };
}
