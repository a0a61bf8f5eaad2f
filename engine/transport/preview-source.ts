/** What a web page says of itself. */
export interface PagePreview {
  title: string;
  description: string | null;
  /** A picture as it came, in whatever format; null when there is none, or none that could be had in time. */
  picture: Uint8Array | null;
}

/**
 * Where pages and pictures that a text names are got from. An implementation guards against addresses of private
 * networks, and neither of the two ever rejects or holds a message up for more than a few seconds: a preview is
 * something nice to have.
 */
export interface PreviewSource {
  /** @returns null when the page cannot be had, is no page, or says nothing of itself. */
  page(url: string): Promise<PagePreview | null>;
  /** @returns the bytes of what is there, null when they cannot be had. */
  picture(url: string): Promise<Uint8Array | null>;
}
