/** A web page's own description. */
export interface PagePreview {
  title: string;
  description: string | null;
  /** The original picture, any format; null if there is none or it took too long. */
  picture: Uint8Array | null;
}

/**
 * Fetches pages and pictures for link previews, but never from private networks. Previews are optional, so neither
 * method rejects or delays a message by more than a few seconds.
 */
export interface PreviewSource {
  /** @returns null if it cannot be fetched, is not a web page, or has no title. */
  page(url: string): Promise<PagePreview | null>;
  /** @returns the bytes; null if they cannot be fetched. */
  picture(url: string): Promise<Uint8Array | null>;
}
