import type { QuotaAnswer } from '../domain/pacing/quota';

/** What a transport reports about WhatsApp's quota of new chats. */
export interface QuotaHandlers {
  /** Resolves when it is stored. Absent: nobody wants to know. */
  onQuota?(answer: QuotaAnswer): Promise<void>;
}

/** What can be asked about WhatsApp's quota of new chats. */
export interface QuotaActs {
  /** Asks WhatsApp. Resolves when `onQuota` has stored the answer, or none came. Absent where there is no quota. */
  askQuota?(): Promise<void>;
}
