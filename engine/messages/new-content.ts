import type { MessageRow } from '../store/tables/messages';
import { readMedia, type ReadMedia } from './message-media';
import type { Faults } from './message-rules';
import type { CreateMessage } from './message-schema';

/** What a new message says, without whom it goes to and when. */
export type ContentInput =
  | Pick<Extract<CreateMessage, { type: 'text' }>, 'type' | 'text' | 'link_preview'>
  | Pick<Extract<CreateMessage, { type: 'media' }>, 'type' | 'media'>
  | Pick<Extract<CreateMessage, { type: 'poll' }>, 'type' | 'poll'>;

export interface NewContent {
  fields: Pick<MessageRow, 'type' | 'text' | 'media' | 'poll' | 'link_preview'>;
  /** To be kept beside the row. */
  media: ReadMedia | null;
}

/** Reads a new message's content as a row holds it, and notes what is wrong with it. */
export function readNewContent(input: ContentInput, allowPrivateMedia: boolean, faults: Faults): NewContent {
  const media = input.type === 'media' ? readMedia(input.media, allowPrivateMedia, faults) : null;
  return {
    fields: {
      type: input.type,
      text: input.type === 'text' ? input.text : null,
      media: media?.stored ?? null,
      poll: input.type === 'poll' ? input.poll : null,
      link_preview: input.type === 'text' ? input.link_preview : null,
    },
    media,
  };
}
