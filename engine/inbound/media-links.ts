import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../async/clock';
import { EngineError } from '../errors';
import type { Encryption } from '../encryption/encryption';

/**
 * How long a file's URL in an event stays valid. The last delivery attempt of an event may be 22 hours after the event,
 * or 3 days later if its webhook was disabled in the meantime.
 */
const LIFE_MS = 4 * 24 * 3_600_000;

/** Creates and checks signed URLs. Anyone who has such a URL can fetch the message's file until it expires. */
export class MediaLinks {
  private readonly key: Buffer;

  /** @param publicUrl the engine's own URL, known once it listens. */
  constructor(
    encryption: Encryption,
    private readonly clock: Clock,
    private readonly publicUrl: Promise<string>,
  ) {
    this.key = encryption.derive('media-url');
  }

  /** Resolves once the engine's own URL is known, with a function that creates URLs. */
  async maker(): Promise<(inboundId: string) => string> {
    const base = (await this.publicUrl).replace(/\/+$/, '');
    return (id) => {
      const expires = Math.floor((this.clock.now() + LIFE_MS) / 1000);
      return `${base}/v1/media/${id}?expires=${expires}&signature=${this.sign(id, expires)}`;
    };
  }

  /** @throws EngineError 403 for a URL that the engine did not create, 410 for one that has expired. */
  check(inboundId: string, expires: number, signature: string): void {
    const wanted = Buffer.from(this.sign(inboundId, expires));
    const given = Buffer.from(signature);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      throw new EngineError('permission_denied', 'This URL was changed. Copy the complete media.url.');
    }
    if (expires * 1000 <= this.clock.now()) {
      throw new EngineError('not_found', 'This URL has expired. Fetch files within 4 days.', {
        status: 410,
      });
    }
  }

  private sign(id: string, expires: number): string {
    return createHmac('sha256', this.key).update(`${id}.${expires}`).digest('base64url');
  }
}
