import type { Walk } from '../store/sql/walk';
import {
  ENDED_CAMPAIGNS,
  ENDED_MESSAGES,
  ENDED_RECURRENCES,
  ENDED_SEQUENCES,
  UNUSED_FILES,
} from '../store/tables/ended-work';
import { IDEMPOTENCY_LIFE_MS } from '../store/tables/idempotency-records';
import {
  OLD_ACCOUNTS,
  OLD_CHAT_MESSAGES,
  OLD_CHATS,
  OLD_EVENTS,
  OLD_IDEMPOTENCY_RECORDS,
  OLD_INBOUND,
  OLD_INBOUND_CONTENT,
  OLD_OWN_ACTS,
  OLD_REQUESTS,
  OLD_TAKEOVERS,
  OLD_UPLOADS,
  RETIRED_WEBHOOKS,
} from '../store/tables/old-records';
import { LONGEST_TAKEOVER_HOURS } from '../domain/chats/takeover';
import { ACCOUNT_FOUND_FOR_MS, ACCOUNT_MISSING_FOR_MS } from '../transport/session-memory';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Events are there for their deliveries, and for the export of a person. */
const EVENT_DAYS = 30;
/** From the contract. */
const FILE_DAYS = 7;
/** How long an inbound message can be quoted and its file fetched. */
const INBOUND_CONTENT_DAYS = 30;
/** WhatsApp keeps what a device has not got for 30 days, and then some may still be on its way. */
const REPEATED_DAYS = 40;
/** WhatsApp keeps an uploaded file for about this long. */
const UPLOAD_DAYS = 14;

/** How long the user wants it. */
export interface KeptFor {
  /** Messages, campaigns, sequences and recurrences, after their end. Null: forever. */
  retentionDays: number | null;
  /** The history of chats. */
  historyDays: number;
}

/** What is removed, in this order, and the values for it. docs/retention.md tells users. */
export function lifetimes({ retentionDays, historyDays }: KeptFor, now: number): [Walk, Date[]][] {
  const before = (ms: number): Date => new Date(now - ms);
  const days = (count: number): Date => before(count * DAY_MS);
  const events = Math.min(EVENT_DAYS, retentionDays ?? EVENT_DAYS);
  const work: [Walk, Date[]][] =
    retentionDays === null
      ? []
      : [
          [ENDED_CAMPAIGNS, [days(retentionDays), before(0)]],
          [ENDED_SEQUENCES, [days(retentionDays)]],
          [ENDED_RECURRENCES, [days(retentionDays)]],
          [ENDED_MESSAGES, [days(retentionDays)]],
          [RETIRED_WEBHOOKS, [days(retentionDays)]],
          [OLD_INBOUND, [days(Math.max(REPEATED_DAYS, retentionDays))]],
        ];
  return [
    [OLD_IDEMPOTENCY_RECORDS, [before(IDEMPOTENCY_LIFE_MS)]],
    [OLD_REQUESTS, [before(HOUR_MS)]],
    ...work,
    [UNUSED_FILES, [days(FILE_DAYS)]],
    [OLD_EVENTS, [days(events)]],
    [OLD_CHAT_MESSAGES, [days(historyDays)]],
    [OLD_CHATS, [days(historyDays)]],
    [OLD_INBOUND_CONTENT, [days(INBOUND_CONTENT_DAYS)]],
    [OLD_UPLOADS, [days(UPLOAD_DAYS)]],
    [OLD_ACCOUNTS, [before(ACCOUNT_FOUND_FOR_MS), before(ACCOUNT_MISSING_FOR_MS)]],
    [OLD_OWN_ACTS, [days(REPEATED_DAYS)]],
    [OLD_TAKEOVERS, [before(LONGEST_TAKEOVER_HOURS * HOUR_MS)]],
  ];
}
