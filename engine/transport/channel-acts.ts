/*
 * Channels (WhatsApp also calls them newsletters) in the port to WhatsApp. Everything here is plain JSON, because requests
 * to the owner of a session go through the database.
 */

import type { CreatedOnce } from './group-acts';

/** A channel that the session's number owns or follows. */
export interface Channel {
  /** `…@newsletter` */
  id: string;
  name: string;
  description: string | null;
  /** The session's own number created it. */
  isOwn: boolean;
  /** Epoch milliseconds. */
  createdAt: number | null;
  subscribers: number | null;
  /** The last part of `https://whatsapp.com/channel/…`. */
  invite: string | null;
  verification: 'VERIFIED' | 'UNVERIFIED' | null;
}

export type ChannelAct =
  | { do: 'list' }
  /** One that an earlier try created is the answer. */
  | ({ do: 'create'; name: string; description: string | null } & CreatedOnce)
  | { do: 'get'; channel: string };

export interface ChannelAnswers {
  list: Channel[];
  create: Channel;
  get: Channel;
}

/** What a transport with channels can do. */
export interface ChannelActs {
  /** Does it on WhatsApp. Rejects with `TransportError`: reason `not_found` if there is no such channel. */
  actOnChannel?<Act extends ChannelAct>(act: Act): Promise<ChannelAnswers[Act['do']]>;
}
