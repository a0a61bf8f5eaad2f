import { fairTurn } from '../../../async/fair-turn';
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

/** A device, however it is addressed. */
interface Address {
  user: string;
  device: number;
}

/**
 * A device's Signal sessions: Baileys' own repository over our keys, with four rules on top.
 *  - **Nothing that encrypts outlives the process.** Keys are written behind (`write-behind.ts`), so the stored session
 *    may be a step behind the one that people's phones know, and they silently drop a message encrypted with a step
 *    that was used before. A session from an earlier process still decrypts; before it encrypts, it is replaced.
 *  - **Nothing that encrypts outlives the other side's identity.** Somebody with a new phone has neither our sessions nor
 *    our sender keys of groups any more. Baileys replaces only a session, and only if it can at once.
 *  - **One change of a session at a time**, whether it goes by phone number or by LID. Baileys encrypts and decrypts
 *    in separate transactions, and the one that ends last undoes the steps of the other.
 *  - **Everybody else gets a turn.** A message to a group of a thousand needs as many sessions, which is seconds of work.
 *    Baileys starts all of it at once.
 *
 * All sockets of a device share one repository: each one that Baileys creates holds caches that are never freed.
 */
export class SignalSessions {
  private fetchLids: FetchLids = () => Promise.resolve(undefined);
  private readonly mutex = new KeyedMutex();
  private readonly heavy = new KeyedMutex();
  private readonly inner: SignalRepository;
  /** By user and device: with which identity this process has made a session. */
  private readonly fresh = new Map<string, Map<number, string>>();
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
      set: async (data: Record<string, Record<string, unknown>>) => {
        await keys.set(data);
        for (const [id, identity] of Object.entries(data['identity-key'] ?? {}))
          await this.seeIdentity(addressIn(id), identity);
      },
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

  /**
   * An account has a new phone, or WhatsApp was installed again. Its devices get new sessions and our sender keys again.
   * @param users of all its jids
   */
  identityChanged(users: ReadonlySet<string>): void {
    this.keys.senderKeyHolders.forget(users);
    for (const user of users) this.fresh.delete(user);
  }

  /** The user of each of an account's jids, as far as this device knows them. @param user of one of them */
  async usersOf(user: string): Promise<Set<string>> {
    const known = await this.keys.get('lid-mapping', [user, `${user}_reverse`]).catch(() => ({}));
    return new Set([user, ...Object.values(known).map(String)]);
  }

  private rules(): Partial<SignalRepository> {
    const { inner, decryptAndStore } = this;
    return {
      encryptMessage: (opts) => this.alone(opts.jid, () => this.inTurn(() => inner.encryptMessage(opts))),
      encryptGroupMessage: (opts) => this.inTurn(() => inner.encryptGroupMessage(opts)),
      decryptMessage: (opts) =>
        decryptAndStore(opts.ciphertext, () => this.alone(opts.jid, () => inner.decryptMessage(opts))),
      decryptGroupMessage: (opts) => decryptAndStore(opts.msg, () => inner.decryptGroupMessage(opts)),
      injectE2ESession: (opts) =>
        this.alone(opts.jid, async (address) => {
          await this.inTurn(() => inner.injectE2ESession(opts));
          await this.seeIdentity(address, opts.session.identityKey);
          this.remember(address, opts.session.identityKey);
        }),
      validateSession: async (jid) => {
        await fairTurn();
        const { user, device } = await this.addressOf(jid);
        if (this.fresh.get(user)?.has(device)) return inner.validateSession(jid);
        return { exists: false, reason: 'left by an earlier process, or from an earlier identity' };
      },
    };
  }

  private async alone<T>(jid: string, work: (address: Address) => Promise<T>): Promise<T> {
    const address = await this.addressOf(jid);
    return this.mutex.run(`${address.user}.${address.device}`, () => work(address));
  }

  /** One piece of work after the other, with the event loop turning in between. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.heavy.run('', async () => {
      await fairTurn();
      return work();
    });
  }

  private remember({ user, device }: Address, identity: Uint8Array): void {
    const devices = this.fresh.get(user) ?? new Map<number, string>();
    this.fresh.set(user, devices.set(device, textOf(identity)));
  }

  /** A device has shown an identity. If it is not the one that our session is with, that session is out of date. */
  private async seeIdentity({ user, device }: Address, identity: unknown): Promise<void> {
    const known = this.fresh.get(user)?.get(device);
    if (known === undefined || !(identity instanceof Uint8Array) || known === textOf(identity)) return;
    this.identityChanged(await this.usersOf(user));
  }

  private userOf(jid: string): string | undefined {
    return this.baileys.jidDecode(jid)?.user;
  }

  /** One name for a device, however it is addressed. An unknown LID has no session either. */
  private async addressOf(jid: string): Promise<Address> {
    const { user = jid, device = 0, server } = this.baileys.jidDecode(jid) ?? {};
    if (server === 'lid' || server === 'hosted.lid') return { user, device };
    const lids = await this.keys.get('lid-mapping', [user]);
    return { user: String(lids[user] ?? user), device };
  }
}

const textOf = (identity: Uint8Array): string => Buffer.from(identity).toString('base64');

/** @param id of a Signal key: `user.device`, where the user of a lid ends in `_1` */
function addressIn(id: string): Address {
  const [user = '', device] = id.split('.');
  return { user: user.split('_')[0]!, device: Number(device) };
}
