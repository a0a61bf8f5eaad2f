import type { Timers } from '../../../async/timers';
import type { QrCode } from '../../transport';
import type { Timing } from '../timing';

/** A socket's first QR code is shown for a minute, each further one for 20 s. WhatsApp gives six to a socket. */
const FIRST_QR_MS = 60_000;
const NEXT_QR_MS = 20_000;
const CODES = 6;

/** The time in which a phone can link the device, and what there is to scan in it. */
export class LinkingWindow {
  private stop: (() => void) | null = null;
  private shown = 0;

  constructor(
    private readonly timers: Timers,
    private readonly timing: Pick<Timing, 'linkingMs' | 'qrMs'>,
    private readonly onOver: () => void,
  ) {}

  get isOpen(): boolean {
    return this.stop !== null;
  }

  /** Opens it, or keeps it open for its full length from now on. */
  open(): void {
    this.stop?.();
    this.stop = this.timers.after(this.timing.linkingMs, () => {
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
    const usual = this.shown === 1 ? FIRST_QR_MS : NEXT_QR_MS;
    return { text, expiresAt: now + (this.timing.qrMs ?? usual) };
  }

  /** As long as a new socket shows QR codes, somebody can type the pairing code that was asked for on it. */
  get pairingCodeMs(): number {
    const { qrMs } = this.timing;
    return qrMs === null ? FIRST_QR_MS + (CODES - 1) * NEXT_QR_MS : CODES * qrMs;
  }
}
