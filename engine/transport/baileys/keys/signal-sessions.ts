import { KeyedMutex } from '../../../async/keyed-mutex';
import type { Baileys, Creds, SignalKeys, SignalRepository } from '../baileys';
import { silentLogger } from '../silence';
import type { KeyStore } from './key-store';

/**
 * Decrypts and stores a message before Baileys gets the plaintext: see `receiving/incoming.ts`.
 * @param sealed the ciphertext, the very object from the stanza
 */
export type DecryptAndStore = (sealed: Uint8Array, decrypt: () => Promise<Uint8Array>) => Promise<Uint8Array>;

/** A LID and the number that has it. Both are jids. */
interface Pair {
  lid: string;
  pn: string;
}

/** Gets every pair that WhatsApp tells, in whichever way. */
export type OnLids = (pairs: readonly Pair[]) => void;

type FetchLids = (phones: string[]) => Promise<{ pn: string; lid: string }[] | undefined>;

/**
 * A device's Signal sessions: Baileys' own repository over our keys, with two rules on top.
 *  - **Nothing that encrypts outlives the process.** Keys are written behind (`write-behind.ts`), so the stored session
 *    may be a step behind the one that people's phones know, and they silently drop a message encrypted with a step
 *    that was used before. A session from an earlier process still decrypts; before it encrypts, it is replaced.
 *  - **One change of a session at a time**, whether it goes by phone number or by LID. Baileys encrypts and decrypts
 *    in separate transactions, and the one that ends last undoes the steps of the other.
 *
 * All sockets of a device share one repository: each one that Baileys creates holds caches that are never freed.
 */
export class SignalSessions {
  private fetchLids: FetchLids = () => Promise.resolve(undefined);
  private readonly mutex = new KeyedMutex();
  private readonly inner: SignalRepository;
  /** Addresses whose session this process has made. */
  private readonly fresh = new Set<string>();
  readonly repository: SignalRepository;

  constructor(
    private readonly baileys: Baileys,
    private readonly creds: Creds,
    private readonly keys: KeyStore,
    private readonly decryptAndStore: DecryptAndStore,
    private readonly onLids: OnLids,
  ) {
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
      (phones) => this.fetchLids(phones),
    );
    // All of Baileys tells this one function, and it also calls itself.
    const { lidMapping } = this.inner;
    const store = lidMapping.storeLIDPNMappings.bind(lidMapping);
    lidMapping.storeLIDPNMappings = (pairs) => store(this.learn(pairs));
    this.repository = { ...this.inner, ...this.rules(), close: () => undefined };
  }

  /** For a socket's `makeSignalRepository`. The socket provides its lookup of LIDs. */
  readonly forSocket = (_auth: unknown, _logger: unknown, fetchLids?: FetchLids): SignalRepository => {
    if (fetchLids) this.fetchLids = fetchLids;
    return this.repository;
  };

  /**
   * Passes on which LIDs have which numbers, except pairs of a name of ours and a name of somebody else: Baileys can take
   * our own number in a copy of what our phone sent for the number of the chat.
   * @returns what it passed on
   */
  learn<T extends Pair>(pairs: readonly T[]): T[] {
    const { me } = this.creds;
    const own = [me?.id, me?.lid].map((jid) => jid && this.userOf(jid));
    const isOurs = (jid: string): boolean => own.includes(this.userOf(jid));
    const plausible = pairs.filter(({ lid, pn }) => !me?.lid || isOurs(lid) === isOurs(pn));
    if (plausible.length > 0) this.onLids(plausible);
    return plausible;
  }

  private rules(): Partial<SignalRepository> {
    const { inner, decryptAndStore } = this;
    return {
      encryptMessage: (opts) => this.alone(opts.jid, () => inner.encryptMessage(opts)),
      decryptMessage: (opts) =>
        decryptAndStore(opts.ciphertext, () => this.alone(opts.jid, () => inner.decryptMessage(opts))),
      decryptGroupMessage: (opts) => decryptAndStore(opts.msg, () => inner.decryptGroupMessage(opts)),
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

  private userOf(jid: string): string | undefined {
    return this.baileys.jidDecode(jid)?.user;
  }

  /** One name for a device, however it is addressed. An unknown LID has no session either. */
  private async addressOf(jid: string): Promise<string> {
    const { user = jid, device = 0, server } = this.baileys.jidDecode(jid) ?? {};
    if (server === 'lid' || server === 'hosted.lid') return `${user}.${device}`;
    const lids = await this.keys.get('lid-mapping', [user]);
    return `${String(lids[user] ?? user)}.${device}`;
  }
}
