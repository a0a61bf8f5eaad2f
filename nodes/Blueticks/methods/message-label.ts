import type { IDataObject } from 'n8n-workflow';

const LONGEST = 60;

/** What a message says, in a few words. */
export function shortContent({ text, media_caption, poll_question, media_kind, type }: IDataObject): string {
  const content = String(text || media_caption || poll_question || media_kind || type).replace(/\s+/g, ' ');
  return content.length > LONGEST ? `${content.slice(0, LONGEST - 1)}…` : content;
}

/** E.g. `See you tomorrow! · to +14155551234 · scheduled`. */
export function messageLabel(message: IDataObject): string {
  return `${shortContent(message)} · to ${String(message.to)} · ${String(message.status)}`;
}
