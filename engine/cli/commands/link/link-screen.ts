import QRCode from 'qrcode';
import { isLive, print } from '../../output';

/** Tells the person who links a phone what to do. With `--json`, in text on standard error. */
export class LinkScreen {
  /** Lines of the QR code that is shown and may be replaced. */
  private lines = 0;

  constructor(private readonly json: boolean) {}

  line(text = ''): void {
    this.lines = 0;
    if (this.json) process.stderr.write(`${text}\n`);
    else print(text);
  }

  /** Shows a QR code; on a terminal it replaces the one before. */
  async qr(text: string): Promise<void> {
    if (this.json) return this.line(`Scan this as a QR code: ${text}`);
    const isReplaced = this.lines > 0;
    if (isReplaced) process.stdout.write(`\x1b[${this.lines}A\x1b[J`);
    if (!isLive()) return print(`${await QRCode.toString(text, { type: 'utf8' })}\n`);
    const picture = await QRCode.toString(text, { type: 'terminal', small: true });
    print(picture);
    this.lines = picture.split('\n').length;
  }

  /** Shows a code to type on the phone, in two groups. */
  pairingCode(code: string): void {
    this.line(`  ${code.replace(/^(\w{4})-?(\w{4})$/, '$1-$2')}`);
  }
}
