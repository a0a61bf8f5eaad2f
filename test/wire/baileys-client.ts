import {
  loadBaileys,
  type AuthenticationCreds,
  type Baileys,
  type BaileysEventMap,
  type BinaryNode,
  type SignalKeyStore,
  type UserFacingSocketConfig,
  type WASocket,
} from './baileys';
import { waitUntil } from './people/wait-until';
import { memoryKeys } from './people/memory-keys';
import { silenceLibsignal, silentLogger } from '../../engine/transport/baileys/silence';
import { unrefLongTimers } from './unref-long-timers';
import type { WhatsApp } from './whatsapp';

type Update = BaileysEventMap['connection.update'];
type Upsert = BaileysEventMap['messages.upsert'];
type StatusUpdate = BaileysEventMap['messages.update'][number];

/** A linked device's memory. A new socket with the same memory logs in as the same device. */
export interface Memory {
  readonly creds: AuthenticationCreds;
  readonly keys: SignalKeyStore;
}

/** A real, unmodified Baileys socket on the simulator, and everything it has reported so far. */
export class BaileysClient {
  readonly updates: Update[] = [];
  readonly upserts: Upsert[] = [];
  readonly statuses: StatusUpdate[] = [];
  /** Receipts and acks as received on the wire. */
  readonly stanzas: BinaryNode[] = [];

  private constructor(
    readonly socket: WASocket,
    readonly memory: Memory,
  ) {
    socket.ev.on('connection.update', (update) => void this.updates.push(update));
    socket.ev.on('messages.upsert', (upsert) => void this.upserts.push(upsert));
    socket.ev.on('messages.update', (updates) => void this.statuses.push(...updates));
    for (const tag of ['CB:receipt', 'CB:ack,class:message']) {
      socket.ws.on(tag, (stanza: BinaryNode) => void this.stanzas.push(stanza));
    }
  }

  /** Connects a new device, or the one in the given memory. */
  static async connect(
    whatsapp: WhatsApp,
    memory?: Memory,
    config: Partial<UserFacingSocketConfig> = {},
  ): Promise<BaileysClient> {
    silenceLibsignal();
    unrefLongTimers();
    const baileys = await loadBaileys();
    const known = memory ?? { creds: baileys.initAuthCreds(), keys: memoryKeys() };
    const socket = makeSocket(baileys, whatsapp, known, config);
    socket.ev.on('creds.update', (update) => void Object.assign(known.creds, update));
    return new BaileysClient(socket, known);
  }

  /** The text of the first QR code. */
  qr(): Promise<string> {
    return waitUntil('a QR code', () => this.updates.find(({ qr }) => qr)?.qr);
  }

  /** Resolves when the connection is open and everything received while offline has arrived. */
  async open(): Promise<this> {
    await waitUntil('the connection was open', () => this.hasBeen('open') || this.closedWith() || undefined);
    if (this.closedWith() !== undefined)
      throw new Error(`The connection closed with ${this.closedWith()} instead of opening.`);
    await waitUntil('pending notifications', () =>
      this.updates.find(({ receivedPendingNotifications }) => receivedPendingNotifications),
    );
    return this;
  }

  /** The status code with which the connection closed. */
  closed(timeoutMs?: number): Promise<number> {
    return waitUntil('the connection was closed', () => this.closedWith(), timeoutMs);
  }

  /** Every message from people, in order, with the type of its `upsert`. */
  get messages(): { type: string; message: Upsert['messages'][number] }[] {
    return this.upserts
      .flatMap(({ type, messages }) => messages.map((message) => ({ type, message })))
      .filter(({ message }) => message.category !== 'peer');
  }

  /** The message with this wire id, once it has arrived. */
  message(id: string, timeoutMs?: number) {
    return waitUntil(
      `message ${id} came`,
      () => this.messages.find(({ message }) => message.key.id === id),
      timeoutMs,
    );
  }

  /**
   * The first stanza about one of our messages with these attributes, once it has arrived. An attribute that is
   * `undefined` must be missing: `{ type: undefined }` is a delivery receipt.
   */
  stanza(
    id: string,
    tag: 'ack' | 'receipt',
    attributes: Readonly<Record<string, string | undefined>> = {},
    timeoutMs?: number,
  ): Promise<BinaryNode> {
    const fits = ({ attrs }: BinaryNode): boolean =>
      attrs.id === id && Object.entries(attributes).every(([name, value]) => attrs[name] === value);
    return waitUntil(
      `<${tag}> for ${id} with ${JSON.stringify(attributes)}`,
      () => this.stanzas.find((one) => one.tag === tag && fits(one)),
      timeoutMs,
    );
  }

  async end(): Promise<void> {
    await this.socket.end(undefined);
  }

  private hasBeen(state: Update['connection']): true | undefined {
    return this.updates.some(({ connection }) => connection === state) || undefined;
  }

  private closedWith(): number | undefined {
    const closing = this.updates.find(({ connection }) => connection === 'close');
    const error = closing?.lastDisconnect?.error as { output?: { statusCode: number } } | undefined;
    return closing && (error?.output?.statusCode ?? 0);
  }
}

function makeSocket(
  { makeWASocket, Browsers }: Baileys,
  whatsapp: WhatsApp,
  { creds, keys }: Memory,
  config: Partial<UserFacingSocketConfig>,
): WASocket {
  return makeWASocket({
    waWebSocketUrl: whatsapp.url,
    auth: { creds, keys },
    logger: silentLogger,
    browser: Browsers.ubuntu('Chrome'),
    markOnlineOnConnect: false,
    syncFullHistory: false,
    fetchAgent: whatsapp.mediaAgent,
    ...config,
  });
}
