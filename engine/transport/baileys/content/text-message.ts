import type { LinkPreview } from '../../transport';
import type { PreviewSource } from '../../preview-source';
import type { TextMessage } from '../baileys';
import { thumbnailOf } from './pictures';

/** Phones show a preview's picture as a small square. */
const PREVIEW_PICTURE_PX = 192;
/** Phones show no more than this. */
const MOST_TITLE = 300;
const MOST_DESCRIPTION = 1000;

/** A text with the preview of its first link, if wanted. */
export async function textMessage(
  text: string,
  linkPreview: boolean | LinkPreview,
  previews: PreviewSource,
): Promise<TextMessage> {
  return { text, ...(await previewFields(text, linkPreview, previews)) };
}

async function previewFields(
  text: string,
  wanted: boolean | LinkPreview,
  previews: PreviewSource,
): Promise<Partial<TextMessage>> {
  if (wanted === false) return {};
  const link = firstLink(text);
  if (wanted !== true) {
    const picture = wanted.thumbnail ? await givenPicture(wanted.thumbnail, previews) : null;
    return fields(link ?? wanted.canonical_url ?? '', wanted.title, wanted.description ?? null, picture);
  }
  const page = link === null ? null : await previews.page(link);
  return page && link ? fields(link, page.title, page.description, page.picture) : {};
}

async function fields(
  matchedText: string,
  title: string,
  description: string | null,
  picture: Uint8Array | null,
): Promise<Partial<TextMessage>> {
  const thumbnail = picture && (await thumbnailOf(picture, PREVIEW_PICTURE_PX));
  return {
    matchedText,
    title: title.slice(0, MOST_TITLE),
    ...(description ? { description: description.slice(0, MOST_DESCRIPTION) } : {}),
    previewType: 0,
    ...(thumbnail ? { jpegThumbnail: thumbnail.jpeg } : {}),
  };
}

/** @param thumbnail https URL, data URL or base64. */
async function givenPicture(thumbnail: string, previews: PreviewSource): Promise<Uint8Array | null> {
  if (/^https:\/\//i.test(thumbnail)) return previews.picture(thumbnail);
  return Buffer.from(thumbnail.replace(/^data:[^,]*,/, ''), 'base64');
}

const LINK = /https:\/\/[^\s<>"'`\u00AB\u00BB\u201C\u201D]+/iu;

/**
 * The first https link of a text, exactly as written; null if there is none. Punctuation that ends the sentence, or
 * closes a bracket opened before the link, is not part of it.
 */
export function firstLink(text: string): string | null {
  let link = LINK.exec(text)?.[0] ?? '';
  for (;;) {
    const shorter = link.replace(/[.,;:!?*_~\u2026]+$/u, '');
    const unopened = /[)\]}]$/.test(shorter) && opens(shorter) < closes(shorter);
    const next = unopened ? shorter.slice(0, -1) : shorter;
    if (next === link) break;
    link = next;
  }
  return URL.canParse(link) ? link : null;
}

const opens = (text: string): number => text.split(/[([{]/).length;
const closes = (text: string): number => text.split(/[)\]}]/).length;
