/** The client's first bytes: `WA`, a version, and the version of the token dictionary. */
const INTRO = Buffer.from([0x57, 0x41, 6, 3]);
/** A link with routing info starts with it: `ED`, two bytes, three of length, the info. */
const ROUTING_MARK = 'ED';
const ROUTING_HEADER = 7;
const LENGTH_BYTES = 3;

/** Splits a byte stream into frames: first an intro, then three bytes of length before each frame. */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0);
  private introRead = false;

  /** The frames that are complete now, in order. Throws if the stream does not start like WhatsApp's. */
  push(bytes: Buffer): Buffer[] {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    if (!this.introRead && !this.readIntro()) return [];
    const frames: Buffer[] = [];
    while (this.rest.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + this.rest.readUIntBE(0, LENGTH_BYTES);
      if (this.rest.length < end) break;
      frames.push(this.rest.subarray(LENGTH_BYTES, end));
      this.rest = this.rest.subarray(end);
    }
    return frames;
  }

  private readIntro(): boolean {
    let start = 0;
    if (this.rest.subarray(0, 2).toString('latin1') === ROUTING_MARK) {
      if (this.rest.length < ROUTING_HEADER) return false;
      start = ROUTING_HEADER + this.rest.readUIntBE(4, LENGTH_BYTES);
    }
    if (this.rest.length < start + INTRO.length) return false;
    if (!this.rest.subarray(start, start + INTRO.length).equals(INTRO)) {
      throw new Error('The stream does not begin with WhatsApp’s intro.');
    }
    this.rest = this.rest.subarray(start + INTRO.length);
    this.introRead = true;
    return true;
  }

  static readonly intro = INTRO;

  /** A frame as it goes on the wire. */
  static frame(bytes: Uint8Array): Buffer {
    const framed = Buffer.allocUnsafe(LENGTH_BYTES + bytes.length);
    framed.writeUIntBE(bytes.length, 0, LENGTH_BYTES);
    framed.set(bytes, LENGTH_BYTES);
    return framed;
  }
}
