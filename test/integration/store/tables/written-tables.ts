import type { Transaction } from '../../../../engine/store/sql/database';
import { ensureAccount } from '../../../../engine/store/tables/accounts';
import { insertKey, renewLocalKey, revokeKey } from '../../../../engine/store/tables/api-keys';
import { insertAwaited } from '../../../../engine/store/tables/awaited-messages';
import { addToContactCount, insertAudience, renameAudience } from '../../../../engine/store/tables/audiences';
import { insertCampaign, saveCampaign } from '../../../../engine/store/tables/campaigns';
import { insertChatMessages } from '../../../../engine/store/tables/chat-messages';
import { insertContacts, saveContact } from '../../../../engine/store/tables/contacts';
import { saveOutcomes } from '../../../../engine/store/tables/deliveries';
import { insertEvents } from '../../../../engine/store/tables/events';
import { insertInbound } from '../../../../engine/store/tables/inbound-messages';
import { saveKnownAccount } from '../../../../engine/store/tables/known-accounts';
import { insertMediaFile } from '../../../../engine/store/tables/media-files';
import { saveMessages } from '../../../../engine/store/tables/messages';
import { insertMessages } from '../../../../engine/store/tables/new-messages';
import { insertOptOut } from '../../../../engine/store/tables/opt-outs';
import { saveErasure } from '../../../../engine/store/tables/erasures';
import { savePeople } from '../../../../engine/store/tables/people';
import { saveNames } from '../../../../engine/store/tables/person-names';
import { insertRecurrence, saveRecurrence } from '../../../../engine/store/tables/recurrences';
import { insertSequence, saveEnded } from '../../../../engine/store/tables/sequences';
import { saveSessionKeys } from '../../../../engine/store/tables/session-keys';
import {
  saveCallSettings,
  saveMarkRule,
  saveProxy,
  saveTakeoverHours,
} from '../../../../engine/store/tables/session-settings';
import {
  insertSession,
  saveLinkedAccount,
  savePacing,
  saveQr,
  saveSessionName,
  saveSessionState,
  saveQuota,
  saveSlowdown,
  saveToldState,
} from '../../../../engine/store/tables/sessions';
import { saveStoreMove } from '../../../../engine/store/tables/store-moves';
import { lockTakeover, saveTakeover } from '../../../../engine/store/tables/takeovers';
import { insertWebhook, saveWebhook } from '../../../../engine/store/tables/webhooks';
import type { Row } from './sample-rows';

type Columns = Record<string, string>;

interface Table {
  /** Columns with restricted values: keys of other tables, and lists of allowed values (`[inserted, saved]`). */
  values?: Record<string, unknown | readonly [unknown, unknown]>;
  insert?: (tx: Transaction, row: Row) => unknown;
  /** Columns that an insert leaves at their default, and why. */
  notInserted?: Columns;
  /** Writes every change of an existing row: `row` has the new values. */
  save?: (tx: Transaction, row: Row) => unknown;
  /** Columns that a save never changes, and why. */
  notSaved?: Columns;
}

const FIXED = 'never changes';
const COUNTED = 'counted by a statement of its own';
const LATER = 'set by a later event';
const JOINED = 'set when people are joined';
const ERASED = 'set when the recipient is erased';

/** How each table is written, and which of its columns are not. */
export const TABLES: Record<string, Table> = {
  messages: {
    values: { type: 'text' },
    insert: (tx, row) => insertMessages(tx, [row]),
    notInserted: { replied_at: LATER, opted_out_at: LATER },
    save: (tx, row) => saveMessages(tx, [row]),
    notSaved: {
      ...fixed('id', 'mode', 'session_id', 'from_phone', 'recipient', 'chat_id', 'type', 'created_at'),
      who: JOINED,
      erased_at: ERASED,
      replied_at: 'set by noteReply',
      known_to: 'set by drawnOnlyBy and regroup',
      opted_out_at: 'set by noteOptOut',
      ...fixed('variant'),
      ...fixed('campaign_id', 'contact_id', 'audience_id', 'sequence_id', 'step', 'recurrence_id'),
      ...fixed('wire_id'),
      ...Object.fromEntries(
        ['forward_of', 'reply_to', 'mentions', 'link_preview', 'priority', 'cancel_on_reply'].map((name) => [
          name,
          'not editable',
        ]),
      ),
    },
  },
  campaigns: {
    values: { on_missing_variable: 'skip', status: ['running', 'paused'] },
    insert: (tx, row) => insertCampaign(tx, row),
    save: (tx, row) => saveCampaign(tx, row),
    notSaved: {
      ...fixed('id', 'mode', 'name', 'audience_id', 'session_id', 'from_phone', 'text', 'media', 'footer'),
      ...fixed('on_missing_variable', 'send_at', 'send_window', 'pacing', 'created_at', 'recurrence_id'),
      ...fixed(
        'only_while_bot',
        'cancel_on_takeover',
        'session_ids',
        'from_phones',
        'reply_days',
        'variants',
      ),
    },
  },
  webhooks: {
    values: { status: ['enabled', 'disabled'], disabled_by: ['failures', 'user'] },
    insert: (tx, row) => insertWebhook(tx, row),
    notInserted: {
      disabled_by: LATER,
      disabled_at: LATER,
      last_success_at: LATER,
      delivered_count: COUNTED,
    },
    save: (tx, row) => saveWebhook(tx, row),
    notSaved: {
      ...fixed('id', 'mode', 'created_at'),
      delivered_count: COUNTED,
      last_success_at: 'set by noteReached',
    },
  },
  audiences: {
    insert: (tx, row) => insertAudience(tx, row),
    save: async (tx, row) => {
      await renameAudience(tx, row.id, row.name);
      await addToContactCount(tx, row.id, 1);
    },
    notSaved: fixed('id', 'mode', 'created_at'),
  },
  contacts: {
    values: { audience_id: 'aud_1' },
    insert: (tx, row) => insertContacts(tx, [row]),
    save: (tx, row) => saveContact(tx, row),
    notSaved: fixed('id', 'audience_id', 'added_at'),
  },
  sequences: {
    values: { status: ['active', 'completed'] },
    insert: (tx, row) => insertSequence(tx, row),
    save: (tx, row) => saveEnded(tx, [row.id], row.status, row.ended_at),
    notSaved: {
      ...fixed('id', 'mode', 'session_id', 'recipient', 'chat_id', 'reference', 'timezone'),
      who: JOINED,
      erased_at: ERASED,
      ...fixed('stop_on_reply', 'step_count', 'created_at'),
    },
  },
  recurrences: {
    values: {
      type: 'text',
      on_missing_variable: ['fail', 'skip'],
      status: ['active', 'paused'],
      exdates: [['2026-03-02T09:00:00'], []],
    },
    insert: (tx, row) => insertRecurrence(tx, row),
    save: (tx, row) => saveRecurrence(tx, row),
    notSaved: {
      ...fixed('id', 'mode', 'session_id', 'recipient', 'chat_id', 'audience_id', 'type', 'created_at'),
      who: JOINED,
      erased_at: ERASED,
    },
  },
  sessions: {
    values: { state: ['unlinked', 'connected'], mark_read: ['on_reply', 'at_once'] },
    insert: (tx, row) => insertSession(tx, row),
    notInserted: {
      ...Object.fromEntries(
        ['phone', 'push_name', 'linked_at', 'qr', 'qr_expires_at'].map((name) => [name, 'set by linking']),
      ),
      ...Object.fromEntries(
        ['reason', 'restricted_until', 'told_state', 'connected_at', 'slowdown', 'quota'].map((name) => [
          name,
          LATER,
        ]),
      ),
      pacing: 'starts with the defaults',
      reject_calls: 'starts with the defaults',
      call_reply: 'starts with the defaults',
      takeover_hours: 'starts with the default',
      mark_read: 'starts with the defaults',
      sealed_proxy: 'starts without a proxy',
      shown_proxy: 'starts without a proxy',
    },
    save: async (tx, row) => {
      await saveLinkedAccount(tx, row.id, { phone: row.phone, pushName: row.push_name }, row.linked_at);
      await saveQr(tx, row.id, { text: row.qr, expiresAt: row.qr_expires_at });
      const { state, reason, restricted_until: restrictedUntil } = row;
      await saveSessionState(tx, row.id, { state, reason, restrictedUntil }, row.connected_at);
      await saveToldState(tx, row.id, row.told_state);
      await saveSlowdown(tx, row.id, row.slowdown);
      await saveQuota(tx, row.id, row.quota);
      await savePacing(tx, row.id, row.pacing, row.created_at);
      await saveCallSettings(tx, row.id, row);
      await saveTakeoverHours(tx, row.id, row.takeover_hours);
      await saveMarkRule(tx, row.id, row.mark_read);
      await saveProxy(tx, row.id, { sealed: row.sealed_proxy!, shown: row.shown_proxy! });
      await saveSessionName(tx, row.mode, row.id, row.name);
    },
    notSaved: fixed('id', 'mode', 'created_at'),
  },
  events: {
    insert: (tx, row) => insertEvents(tx, [row], null, () => undefined),
  },
  deliveries: {
    values: { event_id: 'evt_1', webhook_id: 'wh_1', status: ['pending', 'delivered'] },
    save: (tx, row) => saveOutcomes(tx, [row], row.delivered_at),
    notSaved: {
      ...fixed('id', 'event_id', 'webhook_id', 'created_at'),
      first_attempt_at: 'set by the claim',
    },
  },
  api_keys: {
    values: { origin: 'local', name: 'local' },
    insert: (tx, row) => insertKey(tx, row),
    notInserted: { revoked_at: LATER },
    save: async (tx, row) => {
      await renewLocalKey(tx, row);
      await revokeKey(tx, row.id, row.revoked_at);
    },
    notSaved: fixed('id', 'mode', 'name', 'scopes', 'origin', 'created_at'),
  },
  accounts: {
    insert: async (tx, row) => ensureAccount(tx, () => row),
  },
  opt_outs: { values: { source: 'api' }, insert: (tx, row) => insertOptOut(tx, row) },
  awaited_messages: {
    values: { session_id: 'ses_1' },
    insert: (tx, row) => insertAwaited(tx, row),
  },
  chat_messages: {
    values: { direction: 'in', source: 'received' },
    insert: (tx, row) => insertChatMessages(tx, [row], false),
  },
  takeovers: {
    values: { session_id: 'ses_1' },
    insert: async (tx, row) => {
      await lockTakeover(tx, row);
      saveTakeover(tx, row);
    },
    save: (tx, row) => saveTakeover(tx, row),
    notSaved: { ...fixed('who', 'session_id', 'mode'), chat_id: 'set by lockTakeover' },
  },
  inbound_messages: { insert: (tx, row) => insertInbound(tx, row) },
  people: {
    insert: (tx, row) => savePeople(tx, [row]),
    save: (tx, row) => savePeople(tx, [{ ...row, created_at: new Date(0) }]),
    notSaved: { ...fixed('id', 'mode'), is_business: 'only ever becomes true' },
  },
  person_names: {
    insert: (tx, row) => saveNames(tx, row.mode, [row]),
    save: (tx, row) => saveNames(tx, row.mode, [row]),
    notSaved: fixed('mode', 'name'),
  },
  erasures: {
    insert: (tx, row) => saveErasure(tx, row),
    save: (tx, row) => saveErasure(tx, row),
    notSaved: fixed('mode', 'who'),
  },
  media_files: { insert: (tx, row) => insertMediaFile(tx, row.id, row.bytes, row.created_at) },
  session_keys: {
    values: { session_id: 'ses_1' },
    insert: (tx, row) => saveSessionKeys(tx, row.session_id, [row], row.updated_at),
    save: (tx, row) => saveSessionKeys(tx, row.session_id, [row], row.updated_at),
    notSaved: fixed('session_id', 'type', 'id'),
  },
  known_accounts: {
    values: { session_id: 'ses_1' },
    insert: (tx, row) => saveKnownAccount(tx, row.session_id, row.asked, row),
    save: (tx, row) => saveKnownAccount(tx, row.session_id, row.asked, row),
    notSaved: fixed('session_id', 'asked'),
  },
  store_moves: {
    values: { state: ['leaving', 'left'] },
    insert: (tx, row) => saveStoreMove(tx, row),
    save: (tx, row) => saveStoreMove(tx, row),
    notSaved: fixed('only_one'),
  },
};

/** Tables without a row type: their statements write single facts. */
export const NOT_ROWS = [
  'schema_migrations',
  'upkeep_turns',
  'search_segments',
  'search_grams',
  'search_changes',
  'idempotency_records',
  'session_leases',
  'session_requests',
  'known_contacts',
  'own_acts',
  'chats',
  'bursts',
  'burst_messages',
  'erased_opt_outs',
  'erasure_salt',
];

function fixed(...names: string[]): Columns {
  return Object.fromEntries(names.map((name) => [name, FIXED]));
}
