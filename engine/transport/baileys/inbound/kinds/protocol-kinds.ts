import type { ProtocolTypes } from '../../baileys';

/** What to make of a `protocolMessage`, by its type. */
export type ProtocolKind = 'edited' | 'revoked' | 'status_mention' | 'silent';

/**
 * Every type of `protocolMessage`. Most are between devices: keys, history, settings. A type that is not here is told as
 * `unsupported`; with a new version of Baileys the compiler and a test name it.
 */
export const PROTOCOL_KINDS: Record<keyof ProtocolTypes, ProtocolKind> = {
  REVOKE: 'revoked',
  MESSAGE_EDIT: 'edited',
  STATUS_MENTION_MESSAGE: 'status_mention',
  EPHEMERAL_SETTING: 'silent',
  EPHEMERAL_SYNC_RESPONSE: 'silent',
  HISTORY_SYNC_NOTIFICATION: 'silent',
  APP_STATE_SYNC_KEY_SHARE: 'silent',
  APP_STATE_SYNC_KEY_REQUEST: 'silent',
  MSG_FANOUT_BACKFILL_REQUEST: 'silent',
  INITIAL_SECURITY_NOTIFICATION_SETTING_SYNC: 'silent',
  APP_STATE_FATAL_EXCEPTION_NOTIFICATION: 'silent',
  SHARE_PHONE_NUMBER: 'silent',
  PEER_DATA_OPERATION_REQUEST_MESSAGE: 'silent',
  PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE: 'silent',
  REQUEST_WELCOME_MESSAGE: 'silent',
  BOT_FEEDBACK_MESSAGE: 'silent',
  MEDIA_NOTIFY_MESSAGE: 'silent',
  CLOUD_API_THREAD_CONTROL_NOTIFICATION: 'silent',
  LID_MIGRATION_MAPPING_SYNC: 'silent',
  REMINDER_MESSAGE: 'silent',
  BOT_MEMU_ONBOARDING_MESSAGE: 'silent',
  STOP_GENERATION_MESSAGE: 'silent',
  LIMIT_SHARING: 'silent',
  AI_PSI_METADATA: 'silent',
  AI_QUERY_FANOUT: 'silent',
  GROUP_MEMBER_LABEL_CHANGE: 'silent',
};
