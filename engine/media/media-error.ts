/**
 * Media could not be fetched. `reason` is the message's `failure_reason`. The text is safe for logs: it never has the
 * path or query of the URL, which often hold access tokens.
 */
export class MediaError extends Error {
  constructor(
    readonly reason: 'media_unreachable' | 'media_too_large',
    message: string,
    /** Whether it may work later, with nothing changed. */
    readonly mayPass = false,
  ) {
    super(message);
    this.name = 'MediaError';
  }
}

/** The file is over the limit. */
export function tooLarge(maxBytes: number): MediaError {
  const limit = maxBytes >= 1024 * 1024 ? `${Math.floor(maxBytes / 1024 / 1024)} MiB` : `${maxBytes} bytes`;
  return new MediaError('media_too_large', `media is larger than ${limit}`);
}
