import type { Agent as HttpsAgent } from 'node:https';
import type { Route } from '../../route';
import type { Baileys, GroupMetadata, MessageKey, WASocket, WireMessage } from '../baileys';
import type { Device } from '../keys/device';
import { silentLogger } from '../silence';

export interface SocketOptions {
  /** Null: WhatsApp itself. */
  socketUrl: string | null;
  device: Device;
  queryMs: number;
  qrMs: number | null;
  route: Pick<Route, 'socketAgent' | 'uploadAgent' | 'dispatcher'>;
  /** One of our messages, for a phone that could not decrypt it. */
  getMessage(key: MessageKey): Promise<WireMessage | undefined>;
  groupMetadata(jid: string): Promise<GroupMetadata | undefined>;
  /** Rejects if a message must not go after all. */
  beforeSending<T extends WireMessage>(message: T): Promise<T>;
}

/** Opens a socket for a device. All options that Baileys gets, and why. */
export function openSocket(baileys: Baileys, options: SocketOptions): WASocket {
  const { device } = options;
  const { socketAgent, uploadAgent, dispatcher } = options.route;
  return baileys.makeWASocket({
    ...(options.socketUrl === null ? {} : { waWebSocketUrl: options.socketUrl }),
    auth: {
      creds: device.creds,
      keys: {
        get: (type: string, ids: string[]) => device.keys.get(type, ids) as never,
        set: (data) => device.keys.set(data as Record<string, Record<string, unknown>>),
      },
    },
    makeSignalRepository: device.signal.forSocket as never,
    logger: silentLogger,
    browser: baileys.Browsers.ubuntu('Chrome'),
    // Otherwise the owner's phone stops showing notifications.
    markOnlineOnConnect: false,
    syncFullHistory: false,
    emitOwnEvents: false,
    defaultQueryTimeoutMs: options.queryMs,
    // Baileys makes a timer and two stack traces for it at every write, which is a tenth of what a message costs. The
    // connection's watchdog notices a server that says nothing, from the first moment on.
    connectTimeoutMs: 0,
    ...(options.qrMs === null ? {} : { qrTimeout: options.qrMs }),
    // Status updates are not used, so there is no point in decrypting them.
    shouldIgnoreJid: (jid) => jid === 'status@broadcast',
    getMessage: options.getMessage,
    cachedGroupMetadata: options.groupMetadata,
    patchMessageBeforeSending: (message) => options.beforeSending(message),
    // Baileys has a door for each: `ws`, `https.request` for uploads, and `fetch` for app state.
    ...(socketAgent ? { agent: socketAgent as HttpsAgent } : {}),
    ...(uploadAgent ? { fetchAgent: uploadAgent } : {}),
    ...(dispatcher ? { options: { dispatcher } as never } : {}),
  });
}
