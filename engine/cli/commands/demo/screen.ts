import { isLive, print } from '../../output';

/** Without a terminal, the countdown prints a new line this often. */
const PLAIN_EVERY_MS = 3_000;

/** Lines that stay, and one below them that changes. */
export class Screen {
  private plainAt = -Infinity;
  private shown = false;

  constructor(private readonly silent: boolean) {}

  line(text = ''): void {
    if (this.silent) return;
    this.clear();
    print(text);
  }

  /** Replaces the changing line. */
  status(text: string): void {
    if (this.silent) return;
    if (isLive()) {
      process.stdout.write(`\r\x1b[2K${text}`);
      this.shown = true;
    } else if (performance.now() - this.plainAt >= PLAIN_EVERY_MS) {
      this.plainAt = performance.now();
      print(text);
    }
  }

  clear(): void {
    if (this.shown) process.stdout.write('\r\x1b[2K');
    this.shown = false;
  }
}
