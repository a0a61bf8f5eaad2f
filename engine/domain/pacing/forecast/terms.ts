import type { Hindrance, PacingRules } from '../pacer';
import type { Paced } from '../history';
import type { CampaignPacing } from '../settings';
import type { SendWindow } from '../../time/send-window';

/** People to write to. */
export interface Crowd {
  /** Of chats in which something was written before. */
  known: number;
  newContacts: number;
}

/** Messages that wait before a campaign's own: those of another campaign with caps of its own, or any others. */
export interface Ahead extends Crowd {
  campaignId: string | null;
}

export interface PastHandOver extends Paced {
  /** Epoch milliseconds. */
  at: number;
}

export interface ForecastRequest {
  rules: PacingRules;
  /** Hand-overs of the last 24 hours, in their order. */
  history: readonly PastHandOver[];
  /** Until when WhatsApp lets the number write to known people only (epoch ms; Infinity: unknown); null: it does not. */
  restrictedUntil: number | null;
  ahead: readonly Ahead[];
  contacts: Crowd;
  /** Under which its messages stand in `history`; null for one that is still to be made. */
  campaignId: string | null;
  /** Epoch milliseconds. */
  now: number;
  /** When it starts; null for now. */
  sendAt: number | null;
  sendWindow: SendWindow | null;
  pacing: CampaignPacing;
}

export interface Forecast {
  /** When the last message goes (epoch ms); null where the settings never let it. */
  completesAt: number | null;
  /** What most of the time is spent waiting for; null where nothing holds it up. */
  limitedBy: Hindrance | 'send_window' | 'send_at' | 'restriction' | null;
  /** How many go in each 24 hours from now on, for the first `DAYS_TOLD` of them. */
  perDay: number[];
}
