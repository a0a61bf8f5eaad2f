import { canBeStatus } from '../../../domain/messages/status-post';
import { TransportError, type Content } from '../../transport';

/** How phones show the text of a status: white on green, in the plain font. */
export const STATUS_LOOK = { backgroundArgb: 0xff0b7a5e, textArgb: 0xffffffff, font: 0 } as const;

/** A file may turn out to be of a kind that was not asked for. @throws TransportError if it cannot be a status */
export function checkStatus(content: Content): void {
  const kind = content.type === 'media' ? content.kind : content.type;
  if (content.type === 'text' || (content.type === 'media' && canBeStatus(content.kind))) return;
  throw new TransportError(
    `${kind}_not_possible_in_status`,
    false,
    `A status cannot be ${kind}. Use text, an image, a video or a voice message.`,
  );
}
