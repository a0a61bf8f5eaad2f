import type { Baileys, SignalKeys, SignalRepository } from '../baileys';
import { silentLogger } from '../silent-logger';
import type { DeviceState } from './device-state';
import { KeyedMutex } from '../../../async/keyed-mutex';

type Fetch = (phones: string[]) => Promise<{ pn: string; lid: string }[] | undefined>;
type Opened = (sealed: Uint8Array, open: () => Promise<Uint8Array>) => Promise<Uint8Array>;

/**
 * A device's Signal sessions. Baileys' own repository over our keys, and two rules on top:
 *  - **What is sealed with never outlives the process.** Keys are stored behind (`write-behind.ts`), so a session that
 *    an earlier process left may be a step behind what people have seen of it, and a message sealed with a step used
 *    before is dropped by their phones without a word. Such a session still opens what comes; to seal, it is made anew.
 *  - **A session is changed by one at a time**, whether it is named by number or by LID. Baileys runs sealing and
 *    opening in transactions of their own, and the one that ends last undoes the other's steps.
 *
 * One serves all sockets of a device, one after the other: each of Baileys' own holds caches that are never freed.
 */
export class DeviceSignal {
  private fetch: Fetch = () => Promise.resolve(undefined);
  private readonly mutex = new KeyedMutex();
  private readonly inner: SignalRepository;
  /** Addresses whose session was made by this process. */
  private readonly fresh = new Set<string>();
  readonly repository: SignalRepository;

  /** @param opened does the opening of what came, and what must be done before anybody hears that it was opened. */
  constructor(
    private readonly baileys: Baileys,
    private readonly device: DeviceState,
    private readonly opened: Opened,
  ) {
    const { creds, keys } = device;
    const transactions = new KeyedMutex();
    const direct = {
      get: (type: string, ids: string[]) => keys.get(type, ids),
      set: (data: Record<string, Record<string, unknown>>) => keys.set(data),
      isInTransaction: () => false,
      transaction: <T>(work: () => Promise<T>, key: string) => transactions.run(key, work),
    } as unknown as SignalKeys;
    this.inner = baileys.DEFAULT_CONNECTION_CONFIG.makeSignalRepository(
      { creds, keys: direct },
      silentLogger,
      (phones) => this.fetch(phones),
    );
    this.repository = { ...this.inner, ...this.rules(), close: () => undefined };
  }

  /** For `makeSignalRepository` of a socket, which lends it its way to ask who has which LID. */
  readonly forSocket = (_auth: unknown, _logger: unknown, fetch?: Fetch): SignalRepository => {
    if (fetch) this.fetch = fetch;
    return this.repository;
  };

  private rules(): Partial<SignalRepository> {
    const { inner } = this;
    return {
      encryptMessage: (opts) => this.alone(opts.jid, () => inner.encryptMessage(opts)),
      decryptMessage: (opts) =>
        this.opened(opts.ciphertext, () => this.alone(opts.jid, () => inner.decryptMessage(opts))),
      decryptGroupMessage: (opts) => this.opened(opts.msg, () => inner.decryptGroupMessage(opts)),
      injectE2ESession: (opts) =>
        this.alone(opts.jid, async (address) => {
          await inner.injectE2ESession(opts);
          this.fresh.add(address);
        }),
      validateSession: async (jid) => {
        const session = await inner.validateSession(jid);
        if (!session.exists || this.fresh.has(await this.addressOf(jid))) return session;
        return { exists: false, reason: 'left by an earlier process' };
      },
    };
  }

  private async alone<T>(jid: string, work: (address: string) => Promise<T>): Promise<T> {
    const address = await this.addressOf(jid);
    return this.mutex.run(address, () => work(address));
  }

  /** One name for a device, whichever way it is written. Asks nobody: an unknown LID has no session of its own yet. */
  private async addressOf(jid: string): Promise<string> {
    const { jidDecode } = this.baileys;
    const { user = jid, device = 0, server } = jidDecode(jid) ?? {};
    if (server === 'lid' || server === 'hosted.lid') return `${user}.${device}`;
    const lids = await this.device.keys.get('lid-mapping', [user]);
    return `${String(lids[user] ?? user)}.${device}`;
  }
}
