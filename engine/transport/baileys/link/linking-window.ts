import type { Timers } from '../../../async/timers';

/** A socket shows its first QR code for a minute and each further one for 20 s. WhatsApp gives six to a socket. */
const FIRST_QR_MS = 60_000;
const NEXT_QR_MS = 20_000;
const CODES = 6;

/** How long a QR code is shown. @param count 1 for a socket's first. @param qrMs fixed time; null: as WhatsApp does */
export function qrLifeMs(count: number, qrMs: number | null): number {
  return qrMs ?? (count === 1 ? FIRST_QR_MS : NEXT_QR_MS);
}

/** How long a pairing code from a new socket works: as long as the socket shows QR codes. */
export function pairingCodeLifeMs(qrMs: number | null): number {
  return qrMs === null ? FIRST_QR_MS + (CODES - 1) * NEXT_QR_MS : CODES * qrMs;
}

/** The time in which a phone can link the device. It can span several sockets. */
export class LinkingWindow {
  private cancel: (() => void) | null = null;

  constructor(
    private readonly timers: Timers,
    private readonly lengthMs: number,
    private readonly onOver: () => void,
  ) {}

  get isOpen(): boolean {
    return this.cancel !== null;
  }

  /** Opens it, or restarts its full length. */
  open(): void {
    this.cancel?.();
    this.cancel = this.timers.after(this.lengthMs, () => {
      this.cancel = null;
      this.onOver();
    });
  }

  close(): void {
    this.cancel?.();
    this.cancel = null;
  }
}
