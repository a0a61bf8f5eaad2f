/**
 * Media could not be had. `reason` is the message's `failure_reason`; the text is safe for logs: it holds neither
 * path nor query of the URL, which often carry access tokens.
 */
export class MediaError extends Error {
  constructor(
    readonly reason: 'media_unreachable' | 'media_too_large',
    message: string,
    /** Whether a later try can work with nothing changed. */
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
