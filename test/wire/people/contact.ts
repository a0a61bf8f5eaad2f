import { randomBytes } from 'node:crypto';
import { baileys } from '../baileys';
import { openMedia } from '../media/media-crypto';
import type { Group } from '../server/group';
import type { World } from '../server/world';
import { EVERYDAY, receiptTypes, type Behaviour } from './behaviour';
import { compose, type Chat, type Content } from './compose';
import { Handset, type Incoming } from './handset';
import type { Received } from './inbox';
import type { Addressing, Person } from './person';
import { Sent } from './sent';

export interface SendOptions {
  /** Whom to; may be left out where there is only one phone. */
  readonly to?: Contact;
  /** A group instead of a person. */
  readonly in?: Group;
  /** Which of their names people are known by in this chat. */
  readonly by?: Addressing;
  /** The wire id; made up when it is left out. */
  readonly id?: string;
}

const PATIENCE_MS = 5000;

/** Somebody on WhatsApp, with a phone that really decrypts what it gets. */
export class Contact {
  protected readonly handset: Handset;
  private behaviour: Behaviour = EVERYDAY;

  constructor(
    readonly person: Person,
    protected readonly world: World,
    private readonly onlyPhone: () => Contact,
  ) {
    this.handset = new Handset(person, world);
    this.handset.onMessage = (incoming, again) => this.answer(incoming, again);
  }

  /** `+` and digits. */
  get number(): string {
    return this.person.number;
  }

  jid(by: Addressing = 'number'): string {
    return this.person.jid(by);
  }

  /** What came, decrypted, in order, each wire id once with the count of its copies. */
  get received(): readonly Received[] {
    return this.handset.inbox.received;
  }

  /** The first message with this text, or that fits, now or within the time given. */
  hears(wanted: string | ((received: Received) => boolean), timeoutMs = PATIENCE_MS): Promise<Received> {
    const fits = typeof wanted === 'string' ? ({ text }: Received) => text === wanted : wanted;
    return this.handset.inbox.find(fits, timeoutMs);
  }

  /** Changes what this phone says of messages from now on; what is not named stays. */
  behaves(change: Partial<Behaviour>): void {
    this.behaviour = { ...this.behaviour, ...change };
    this.handset.asksAgain = this.behaviour.retry;
  }

  /** Says that messages were read, now. They must have come. */
  reads(...ids: string[]): void {
    this.say(ids, 'read');
  }

  /** Says that messages were delivered, now. */
  delivers(...ids: string[]): void {
    this.say(ids, undefined);
  }

  /** Writes to somebody. What comes of it is told by the `Sent` that it gives. */
  async sends(content: Content, options: SendOptions = {}): Promise<Sent> {
    const to = (options.to ?? this.onlyPhone()).person;
    const by = options.in?.addressing ?? options.by ?? 'lid';
    const chatJid = options.in?.jid ?? to.jid(by);
    const { message, attributes } = compose(content, this.chat(chatJid, by));
    const id = options.id ?? `3A${randomBytes(9).toString('hex').toUpperCase()}`;
    const sent = new Sent(id, message, to, by, options.in, attributes);
    for (const reader of options.in?.members ?? [to]) reader.heardFrom.add(this.person);
    await this.handset.send(sent);
    return sent;
  }

  /** The file in a message, fetched and decrypted as a phone does. */
  opens({ file, id }: Received): Buffer {
    if (!file) throw new Error(`${id} holds no file.`);
    return openMedia(this.world.media.get(file.directPath), file.mediaKey, file.kind);
  }

  /** Resolves when this phone has dealt with all that was delivered to it so far. */
  settled(): Promise<void> {
    return this.handset.settled();
  }

  /** Forgets all Signal sessions, as a phone that was restored from a backup: it cannot read what comes next. */
  losesItsSessions(): Promise<void> {
    return this.handset.forgetSessions(this.world.directory.everyone());
  }

  /** Installs WhatsApp anew: another identity, no sessions. Who wrote to it before finds out by its retry. */
  reinstalls(): Promise<void> {
    return this.handset.reinstall();
  }

  protected answer(incoming: Incoming, again: boolean): void {
    if (incoming.from === this.person) return this.confirmCopy(incoming);
    const types = again ? receiptTypes({ ...this.behaviour, read: false }) : receiptTypes(this.behaviour);
    const tell = (): void => types.forEach((type) => this.tell(incoming, [incoming.id], type));
    if (this.behaviour.delayMs === 0) tell();
    else setTimeout(tell, this.behaviour.delayMs).unref();
  }

  /** One's own phone tells the companion that the copy has come. */
  private confirmCopy({ id, to }: Incoming): void {
    if (this.behaviour.silentCopies) return;
    for (const device of this.person.devices.values()) {
      const t = Math.floor(Date.now() / 1000);
      const attrs = { from: this.jid(), recipient: to ?? '', id, type: 'sender', t: String(t) };
      if (device.id > 0 && to && !this.world.directory.groups.has(to))
        device.deliver({ tag: 'receipt', attrs });
    }
  }

  private say(ids: string[], type: string | undefined): void {
    const messages = ids.map((id) => this.handset.inbox.get(id));
    const [first] = messages;
    if (!first || messages.includes(undefined))
      throw new Error(`${this.number} never got ${ids.join(', ')}.`);
    this.tell(first, ids, type);
  }

  private tell({ from: to, by, group }: Incoming, ids: string[], type: string | undefined): void {
    const { receiptsBy } = this.behaviour;
    this.world.post.tell({
      from: this.person,
      to,
      ids,
      type,
      by: receiptsBy === 'as-addressed' ? by : receiptsBy,
      group: this.world.directory.groups.get(group ?? ''),
    });
  }

  private chat(remoteJid: string, by: Addressing): Chat {
    const { inbox, sent } = this.handset;
    const writer = (id: string): Person => inbox.get(id)?.from ?? this.person;
    const known = (id: string) => inbox.get(id)?.message ?? sent.get(id)?.message;
    return {
      me: this.person.jid(by),
      media: this.world.media,
      author: (id) => writer(id).jid(by),
      key: (id) => {
        const fromMe = writer(id) === this.person;
        const participant = remoteJid.endsWith('@g.us') && !fromMe ? writer(id).jid(by) : undefined;
        return baileys().proto.MessageKey.fromObject({ remoteJid, fromMe, id, participant });
      },
      message: (id) => {
        const message = known(id);
        if (!message) throw new Error(`${this.number} knows no message ${id}.`);
        return message;
      },
    };
  }
}
