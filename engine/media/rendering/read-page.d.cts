/** How a page describes itself. */
export interface PageMetadata {
  title: string;
  description: string | null;
  /** As written: may be relative to the page. */
  picture: string | null;
}

export function readPage(bytes: Uint8Array, contentType: string | null): PageMetadata | null;
