import { randomBytes, randomUUID } from 'node:crypto';
import { baileys } from '../baileys';
import { openMedia } from '../media/media-crypto';
import type { Group } from '../server/group';
import { changeGroup, type GroupDeed } from '../server/group-changes';
import { secondsNow, type World } from '../server/world';
import { node } from '../transport/nodes';
import { EVERYDAY, receiptTypes, type Behavior } from './behavior';
import { buildMessage, type Chat, type Content } from './build-message';
import { PhoneDevice, type Incoming } from './phone-device';
import type { Received } from './inbox';
import type { Addressing, Person, Timer } from './person';
import { Sent, type Delivery } from './sent';

export interface SendOptions {
  /** The recipient; optional if there is only one phone. */
  readonly to?: Contact;
  /** A group instead of a person. */
  readonly in?: Group;
  /** How people are addressed in this chat. */
  readonly by?: Addressing;
  /** The wire id; random if omitted. */
  readonly id?: string;
  /** How it reaches linked devices, if not as usual. */
  readonly delivery?: Delivery;
}

export interface Call {
  /** The recipient; optional if there is only one phone. */
  readonly to?: Contact;
  /** The group that is called. */
  readonly group?: Group;
  readonly by?: Addressing;
  readonly video?: boolean;
  /** The same call again. */
  readonly id?: string;
  /** When it began. */
  readonly secondsAgo?: number;
}

const PATIENCE_MS = 30_000;

/** A person on WhatsApp whose phone really decrypts messages. Tests write, read and reply as them. */
export class Contact {
  protected readonly device: PhoneDevice;
  private behavior: Behavior = EVERYDAY;
  /** The disappearing timers of its chats with people. */
  private readonly timers = new Map<Person, Timer>();

  constructor(
    readonly person: Person,
    protected readonly world: World,
    private readonly onlyPhone: () => Contact,
  ) {
    this.device = new PhoneDevice(person, world);
    this.device.onMessage = (incoming, again) => this.answer(incoming, again);
  }

  /** `+` and digits. */
  get number(): string {
    return this.person.number;
  }

  jid(by: Addressing = 'number'): string {
    return this.person.jid(by);
  }

  /** The received messages, decrypted and in order: each wire id once, with the number of its copies. */
  get received(): readonly Received[] {
    return this.device.inbox.received;
  }

  /** The first message that has this text, or matches, now or within the given time. */
  hears(wanted: string | ((received: Received) => boolean), timeoutMs = PATIENCE_MS): Promise<Received> {
    const fits = typeof wanted === 'string' ? ({ text }: Received) => text === wanted : wanted;
    return this.device.inbox.find(fits, timeoutMs);
  }

  /** Calls the recipient's devices. @returns the id of the call */
  calls(call: Call = {}): string {
    const to = (call.to ?? this.onlyPhone()).person;
    const { id = randomBytes(16).toString('hex').toUpperCase(), by = 'lid', group } = call;
    const creator = this.person.jid(by);
    const offer = node(
      'offer',
      {
        ...{ 'call-id': id, 'call-creator': creator },
        caller_pn: by === 'lid' && this.person.tellsBothNames ? this.jid() : undefined,
        ...(group ? { type: 'group', 'group-jid': group.jid } : {}),
      },
      [node('audio', { enc: 'opus', rate: '16000' }), ...(call.video ? [node('video')] : [])],
    );
    const attributes = { from: creator, id: randomUUID(), t: secondsNow() - (call.secondsAgo ?? 0) };
    for (const device of to.devices.values())
      if (device.id > 0) device.deliver(node('call', attributes, [offer]));
    return id;
  }

  /** The ids of this person's calls that were rejected. */
  get rejectedCalls(): readonly string[] {
    return this.person.rejectedCalls;
  }

  /** Changes how this phone reacts to messages from now on. Options that are not given stay. */
  behaves(change: Partial<Behavior>): void {
    this.behavior = { ...this.behavior, ...change };
    this.device.asksAgain = this.behavior.retry;
    this.device.isOff = this.behavior.off;
    this.device.sendsAgain = this.behavior.resend;
    this.device.helper.isOn = this.behavior.helpsCompanions;
  }

  /** Sends a read receipt now. The messages must have arrived. */
  reads(...ids: string[]): void {
    this.say(ids, 'read');
  }

  /** Sends a delivery receipt now. */
  delivers(...ids: string[]): void {
    this.say(ids, undefined);
  }

  /** From now on the server names this person by one name only: the number or the LID that a message is sent by. */
  tellsOneName(): void {
    this.person.tellsBothNames = false;
  }

  tellsBothNames(): void {
    this.person.tellsBothNames = true;
  }

  /** From now on WhatsApp says of this account that it is a business. */
  becomesBusiness(): void {
    this.person.isBusiness = true;
  }

  /** From now on this person's messages tell another username, or none. */
  takesUsername(username: string | undefined): void {
    this.person.username = username;
  }

  /** Sends a message. The returned `Sent` collects the receipts. */
  async sends(content: Content, options: SendOptions = {}): Promise<Sent> {
    const to = (options.to ?? this.onlyPhone()).person;
    const by = options.in?.addressing ?? options.by ?? 'lid';
    const chatJid = options.in?.jid ?? to.jid(by);
    const timer = options.in ? options.in.timer : this.timers.get(to);
    const { message, attributes } = buildMessage(content, this.chat(chatJid, by, timer));
    if ('timer' in content) this.timers.set(to, { seconds: content.timer, setAt: secondsNow() });
    const id = options.id ?? `3A${randomBytes(9).toString('hex').toUpperCase()}`;
    const sent = new Sent(id, message, this.person, to, by, options.in, attributes, options.delivery);
    for (const reader of options.in?.members ?? [to]) {
      reader.heardFrom.add(this.person);
      reader.sentTo.set(id, sent);
    }
    await this.device.send(sent);
    return sent;
  }

  /** The file of a message, downloaded and decrypted as a phone does. */
  opens({ file, id }: Received): Buffer {
    if (!file) throw new Error(`${id} holds no file.`);
    return openMedia(this.world.media.get(file.directPath), file.mediaKey, file.kind);
  }

  /** Resolves when this phone has handled everything delivered so far. */
  settled(): Promise<void> {
    return this.device.settled();
  }

  /** Forgets all Signal sessions, like a phone restored from a backup: it cannot decrypt the next messages. */
  losesItsSessions(): Promise<void> {
    return this.device.forgetSessions(this.world.directory.everyone());
  }

  /** Does something in a group, or joins it by its link. The devices of its members are told. */
  changesGroup(group: Group, deed: GroupDeed): void {
    changeGroup(group, this.person, deed, this.world.post);
  }

  /** Creates a group with these people, who are told of it. */
  createsGroup(subject: string, members: readonly Contact[]): Group {
    const people = [this.person, ...members.map(({ person }) => person)];
    return this.world.directory.addGroup(subject, people, 'lid', this.world.post);
  }

  /** An admin who adds this person to a group gets this code from now on: 403 as their settings may say, 408 after they left. */
  refusesGroups(code: number | undefined): void {
    this.person.refusesGroups = code;
  }

  /** The timer that new chats with this account start with, unless the other side's is shorter. */
  setsDefaultTimer(seconds: number): void {
    this.person.defaultTimer = { seconds, setAt: secondsNow() };
  }

  /**
   * Reinstalls WhatsApp: a new identity and no sessions. Senders find out from its retry receipts, or with `announcedBy`
   * from a notification that names it by number or LID.
   */
  async reinstalls({ announcedBy }: { announcedBy?: Addressing } = {}): Promise<void> {
    await this.device.reinstall();
    if (!announcedBy) return;
    for (const other of this.world.directory.everyone())
      if (other !== this.person)
        this.world.post.notify(other, 'encrypt', [node('identity')], this.jid(announcedBy));
  }

  protected answer(incoming: Incoming, again: boolean): void {
    if (incoming.from === this.person) return this.confirmCopy(incoming);
    const types = again ? receiptTypes({ ...this.behavior, read: false }) : receiptTypes(this.behavior);
    const tell = (): void => types.forEach((type) => this.tell(incoming, [incoming.id], type));
    if (this.behavior.delayMs === 0) tell();
    else setTimeout(tell, this.behavior.delayMs).unref();
  }

  /** An account's own phone confirms its copy to the companion. */
  private confirmCopy({ id, to }: Incoming): void {
    if (this.behavior.silentCopies) return;
    for (const device of this.person.devices.values()) {
      const t = Math.floor(Date.now() / 1000);
      const attrs = { from: this.jid(), recipient: to ?? '', id, type: 'sender', t: String(t) };
      if (device.id > 0 && to && !this.world.directory.groups.has(to))
        device.deliver({ tag: 'receipt', attrs });
    }
  }

  private say(ids: string[], type: string | undefined): void {
    const messages = ids.map((id) => this.device.inbox.get(id));
    const [first] = messages;
    if (!first || messages.includes(undefined))
      throw new Error(`${this.number} never got ${ids.join(', ')}.`);
    this.tell(first, ids, type);
  }

  private tell({ from: to, by, group }: Incoming, ids: string[], type: string | undefined): void {
    const { receiptsBy } = this.behavior;
    this.world.post.tell({
      from: this.person,
      to,
      ids,
      type,
      by: receiptsBy === 'as-addressed' ? by : receiptsBy,
      group: this.world.directory.groupOf(group ?? ''),
    });
  }

  private chat(remoteJid: string, by: Addressing, timer: Timer | undefined): Chat {
    const { inbox, sent } = this.device;
    const writer = (id: string): Person =>
      inbox.get(id)?.from ?? this.person.sentTo.get(id)?.from ?? this.person;
    // People's phones do not encrypt for each other; they know each other's messages all the same.
    const { sentTo } = this.person;
    const known = (id: string) => inbox.get(id)?.message ?? (sent.get(id) ?? sentTo.get(id))?.message;
    return {
      me: this.person.jid(by),
      timer,
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
