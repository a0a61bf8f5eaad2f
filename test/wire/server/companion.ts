import type { BinaryNode } from '../baileys';
import type { Device, Person } from '../people/person';
import { bytesOf, childOf, childrenOf, node } from '../transport/nodes';
import type { Link } from '../transport/link';
import { streamError } from './faults';
import { secondsNow } from './world';

/** The server asks for more one-time pre-keys if fewer than this are left. */
const FEW_PRE_KEYS = 5;
/** How many messages can be repeated. */
const MOST_REPEATABLE = 20;

/**
 * A linked device as the server sees it: its connection, if any, the keys it uploaded, and the stanzas it has not
 * acknowledged. Those are delivered again at its next login, as on WhatsApp.
 */
export class Companion implements Device {
  link: Link | undefined;
  /** Its last presence. */
  presence: string | undefined;
  /** What it showed in chats: `composing`, `paused`. */
  readonly chatStates: { to: string; state: string }[] = [];
  private awake = false;
  private readonly untaken = new Map<string, BinaryNode>();
  /** The last messages that it acknowledged. */
  private readonly taken = new Map<string, BinaryNode>();
  private upload: BinaryNode[] = [];
  private readonly preKeys: BinaryNode[] = [];

  constructor(
    readonly person: Person,
    readonly id: number,
    /** Its static Noise key, which identifies it at login. */
    readonly clientKey: Buffer,
    readonly keyIndex: number,
  ) {}

  /** Accepts a new connection. The previous one is told that it was replaced. */
  attach(link: Link): void {
    this.link?.end(streamError(440));
    this.link = link;
    this.awake = false;
    link.onClose = () => {
      if (this.link === link) this.link = undefined;
    };
  }

  /** The client is ready for what arrived while it was offline. */
  wake(): void {
    const waiting = [...this.untaken.values()];
    for (const stanza of waiting) this.send({ ...stanza, attrs: { ...stanza.attrs, offline: '0' } });
    this.send(node('ib', { from: '@s.whatsapp.net' }, [node('offline', { count: waiting.length })]));
    this.awake = true;
  }

  send(stanza: BinaryNode): void {
    this.link?.send(stanza);
  }

  deliver(stanza: BinaryNode): void {
    this.untaken.set(keyOf(stanza), stanza);
    if (this.awake) this.send(stanza);
  }

  /** Stanzas that wait to be acknowledged. */
  get waiting(): number {
    return this.untaken.size;
  }

  /** An `<ack>` or a `<receipt>` from the client acknowledges a stanza. */
  settle({ tag, attrs }: BinaryNode): void {
    if (tag === 'receipt' || attrs.class === 'message') this.take(`message ${attrs.id}`);
    else if (attrs.class === 'receipt') this.untaken.delete(receiptKey(attrs, attrs.to));
    else this.untaken.delete(`${attrs.class} ${attrs.id}`);
  }

  /** Delivers an acknowledged message again, like a server that lost the acknowledgment. */
  repeat(id: string): void {
    const stanza = this.taken.get(`message ${id}`);
    if (!stanza) throw new Error(`${id} was never acknowledged, or too long ago.`);
    this.deliver(stanza);
  }

  private take(key: string): void {
    const stanza = this.untaken.get(key);
    if (!stanza) return;
    this.untaken.delete(key);
    this.taken.set(key, stanza);
    const [oldest] = this.taken.keys();
    if (this.taken.size > MOST_REPEATABLE && oldest) this.taken.delete(oldest);
  }

  get preKeyCount(): number {
    return this.preKeys.length;
  }

  get hasKeys(): boolean {
    return this.upload.length > 0;
  }

  takeUpload(iq: BinaryNode): void {
    this.upload = childrenOf(iq).filter(({ tag }) => tag !== 'list');
    const known = new Set(this.preKeys.map(idOf));
    this.preKeys.push(...childrenOf(childOf(iq, 'list'), 'key').filter((key) => !known.has(idOf(key))));
  }

  rotate(signedPreKey: BinaryNode): void {
    this.upload = [...this.upload.filter(({ tag }) => tag !== 'skey'), signedPreKey];
  }

  keyBundle(): BinaryNode[] | undefined {
    if (!this.hasKeys) return undefined;
    const oneTime = this.preKeys.shift();
    if (this.preKeys.length < FEW_PRE_KEYS) this.askForPreKeys();
    return oneTime ? [...this.upload, oneTime] : this.upload;
  }

  private askForPreKeys(): void {
    const count = node('count', { value: this.preKeyCount });
    const attributes = { from: '@s.whatsapp.net', type: 'encrypt', id: 'pre-keys-low', t: secondsNow() };
    this.deliver(node('notification', attributes, [count]));
  }
}

const idOf = (key: BinaryNode): string => bytesOf(childOf(key, 'id'))?.toString('hex') ?? '';

const receiptKey = (attrs: BinaryNode['attrs'], peer: string | undefined): string =>
  ['receipt', attrs.id, attrs.type ?? '', peer, attrs.participant ?? ''].join(' ');

function keyOf({ tag, attrs }: BinaryNode): string {
  return tag === 'receipt' ? receiptKey(attrs, attrs.from) : `${tag} ${attrs.id}`;
}
