import type { Timers } from '../../timers';
import type { QrCode } from '../../transport';

/** A socket's first QR code lives a minute, each further one 20 s, and there are six: so Baileys shows them. */
const FIRST_QR_MS = 60_000;
const NEXT_QR_MS = 20_000;
/** As long as the socket shows codes, somebody can type the pairing code that was asked for on it. */
export const PAIRING_CODE_MS = FIRST_QR_MS + 5 * NEXT_QR_MS;

/** The time in which a phone can link the device, and what there is to scan in it. */
export class LinkingWindow {
  private stop: (() => void) | null = null;
  private shown = 0;

  constructor(
    private readonly timers: Timers,
    private readonly lengthMs: number,
    private readonly onOver: () => void,
  ) {}

  get isOpen(): boolean {
    return this.stop !== null;
  }

  /** Opens it, or keeps it open for its full length from now on. */
  open(): void {
    this.stop?.();
    this.stop = this.timers.after(this.lengthMs, () => {
      this.stop = null;
      this.onOver();
    });
  }

  close(): void {
    this.stop?.();
    this.stop = null;
  }

  /** A new socket shows its codes from the beginning. */
  restart(): void {
    this.shown = 0;
  }

  qr(text: string, now: number): QrCode {
    this.shown += 1;
    return { text, expiresAt: now + (this.shown === 1 ? FIRST_QR_MS : NEXT_QR_MS) };
  }
}
