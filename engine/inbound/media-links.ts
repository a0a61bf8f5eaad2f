import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../async/clock';
import { EngineError } from '../errors';
import type { Encryption } from '../encryption/encryption';

/**
 * How long the address of a file in an event is good. An event may be delivered for the last time some 22 hours after
 * it happened, or 3 days later where its webhook was disabled meanwhile.
 */
const LIFE_MS = 4 * 24 * 3_600_000;

/** Makes and checks the addresses under which anybody who was told one can fetch the file of a message, for a while. */
export class MediaLinks {
  private readonly key: Buffer;

  /** @param publicUrl where the engine can be reached; known once it listens. */
  constructor(
    encryption: Encryption,
    private readonly clock: Clock,
    private readonly publicUrl: Promise<string>,
  ) {
    this.key = encryption.derive('media-url');
  }

  /** Resolves when addresses can be made. */
  async maker(): Promise<(inboundId: string) => string> {
    const base = (await this.publicUrl).replace(/\/+$/, '');
    return (id) => {
      const expires = Math.floor((this.clock.now() + LIFE_MS) / 1000);
      return `${base}/v1/media/${id}?expires=${expires}&signature=${this.sign(id, expires)}`;
    };
  }

  /** @throws EngineError 403 for an address that the engine never gave, 410 for one that was good once. */
  check(inboundId: string, expires: number, signature: string): void {
    const wanted = Buffer.from(this.sign(inboundId, expires));
    const given = Buffer.from(signature);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      throw new EngineError(
        'permission_denied',
        'This address is not as the engine gave it; copy media.url whole.',
      );
    }
    if (expires * 1000 <= this.clock.now()) {
      throw new EngineError('not_found', 'This address has expired; fetch files within 4 days.', {
        status: 410,
      });
    }
  }

  private sign(id: string, expires: number): string {
    return createHmac('sha256', this.key).update(`${id}.${expires}`).digest('base64url');
  }
}
