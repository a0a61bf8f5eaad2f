import type { Agent } from 'node:https';
import type { Baileys, GroupMetadata, Message, MessageKey, WASocket } from '../baileys';
import type { DeviceState } from '../keys/device-state';
import type { DeviceSignal } from '../keys/signal-repository';
import { silentLogger } from '../silent-logger';

export interface SocketOptions {
  /** Null: WhatsApp itself. */
  socketUrl: string | null;
  device: DeviceState;
  signal: DeviceSignal;
  queryMs: number;
  qrMs: number | null;
  fetchAgent?: Agent;
  /** A message of ours, for a phone that could not read it. */
  getMessage(key: MessageKey): Promise<Message | undefined>;
  groupMetadata(jid: string): Promise<GroupMetadata | undefined>;
}

/** Opens a socket as a device. Everything that Baileys can be told, and why, is here. */
export function openSocket(baileys: Baileys, options: SocketOptions): WASocket {
  const { device, signal } = options;
  return baileys.makeWASocket({
    ...(options.socketUrl === null ? {} : { waWebSocketUrl: options.socketUrl }),
    auth: {
      creds: device.creds,
      keys: {
        get: (type: string, ids: string[]) => device.keys.get(type, ids) as never,
        set: (data) => device.keys.set(data as Record<string, Record<string, unknown>>),
      },
    },
    makeSignalRepository: signal.forSocket as never,
    logger: silentLogger,
    browser: baileys.Browsers.ubuntu('Chrome'),
    // The phone keeps ringing for its owner.
    markOnlineOnConnect: false,
    syncFullHistory: false,
    emitOwnEvents: false,
    defaultQueryTimeoutMs: options.queryMs,
    ...(options.qrMs === null ? {} : { qrTimeout: options.qrMs }),
    // Nobody hears of status updates; opening them would be work for nothing.
    shouldIgnoreJid: (jid) => jid === 'status@broadcast',
    getMessage: options.getMessage,
    cachedGroupMetadata: options.groupMetadata,
    ...(options.fetchAgent ? { fetchAgent: options.fetchAgent } : {}),
  });
}
