import type { BinaryNode, Message } from '../baileys';
import { addressingOf } from '../server/directory';
import type { Group } from '../server/group';
import type { World } from '../server/world';
import { childrenOf, node } from '../transport/nodes';
import { describe } from './described';
import type { Addressing, Device, Person } from './person';
import { Inbox, type Received } from './inbox';
import { Sent } from './sent';
import { SignalParty } from './signal-party';

/** How often a phone asks for another try of one message. */
const MOST_RETRIES = 5;

/** What came in a stanza, before it is shown. */
export type Incoming = Omit<Received, 'copies' | 'shown'>;

/**
 * Somebody's phone: device 0 of their account. It decrypts what comes, keeps it, and seals what they send. All
 * its work is done in order, one thing after the other.
 */
export class Handset implements Device {
  readonly id = 0;
  readonly inbox = new Inbox();
  readonly party = new SignalParty();
  readonly sent = new Map<string, Sent>();
  /** Told of every message that could be read; `again` when its id was known. */
  onMessage: (incoming: Incoming, again: boolean) => void = () => undefined;
  /** Whether it asks for another try of what it cannot decrypt. */
  asksAgain = true;
  private readonly retries = new Map<string, number>();
  private work: Promise<unknown> = Promise.resolve();

  constructor(
    readonly person: Person,
    private readonly world: World,
  ) {
    person.devices.set(this.id, this);
  }

  keyBundle(): Promise<BinaryNode[]> {
    return this.inTurn(() => this.party.bundle());
  }

  deliver(stanza: BinaryNode): void {
    this.inTurn(() => (stanza.tag === 'message' ? this.takeMessage(stanza) : this.takeReceipt(stanza))).catch(
      (fault: unknown) =>
        this.world.complain(`${this.person.number} could not take a stanza: ${String(fault)}`),
    );
  }

  /** Resolves when all that was given so far has been dealt with. */
  settled(): Promise<void> {
    return this.inTurn(() => Promise.resolve());
  }

  forgetSessions(people: readonly Person[]): Promise<void> {
    const jids = people.flatMap((person) => [...person.devices.keys()].map((id) => person.jid('lid', id)));
    return this.inTurn(() => this.party.forgetSessions(jids));
  }

  /** Seals a message for the devices of whoever it is for, and hands it to the server. */
  send(sent: Sent): Promise<void> {
    return this.inTurn(async () => {
      this.sent.set(sent.id, sent);
      const content = sent.group ? await this.sealForGroup(sent, sent.group) : await this.sealForOne(sent);
      const to = sent.group?.jid ?? sent.to.jid(sent.by);
      this.world.post.carry(this, node('message', { id: sent.id, to, ...sent.attributes }, content));
    });
  }

  /** Something between one's own devices, such as the history after linking. */
  sendToOwn(device: Device, id: string, message: Message): Promise<void> {
    return this.inTurn(async () => {
      const enc = await this.sealFor(device, message);
      const attributes = { id, to: this.person.jid('number', device.id), type: 'text', category: 'peer' };
      this.world.post.carry(this, node('message', attributes, [enc]));
    });
  }

  private async takeMessage(stanza: BinaryNode): Promise<void> {
    const { id = '', from = '', participant, recipient } = stanza.attrs;
    const sender = this.world.directory.deviceByJid(participant ?? from);
    if (!sender) throw new Error('The sender of a message is not on this WhatsApp.');
    const group = this.world.directory.groups.get(from);
    const message = await this.open(stanza, sender, group).catch((fault: unknown) => {
      this.askAgain(id, sender, addressingOf(from), group, fault);
    });
    if (!message) return;
    const shown = message.deviceSentMessage?.message ?? message;
    const incoming: Incoming = {
      ...describe(shown),
      id,
      from: sender.person,
      device: sender.id,
      by: addressingOf(participant ?? from),
      group: group?.jid,
      to: message.deviceSentMessage?.destinationJid ?? recipient,
      at: new Date(),
      message: shown,
    };
    if (sender.person !== this.person) this.person.heardFrom.add(sender.person);
    this.onMessage(incoming, !this.inbox.add(incoming));
  }

  private async open(
    stanza: BinaryNode,
    sender: Device,
    group: Group | undefined,
  ): Promise<Message | undefined> {
    const author = sender.person.jid('lid', sender.id);
    let shown: Message | undefined;
    for (const { attrs, content } of childrenOf(stanza, 'enc')) {
      if (!(content instanceof Uint8Array)) continue;
      const message =
        attrs.type === 'skmsg' && group
          ? await this.party.openFromGroup(group.jid, author, content)
          : await this.party.open(author, attrs.type === 'pkmsg' ? 'pkmsg' : 'msg', content);
      await this.party.acceptSenderKey(author, message);
      if (attrs.type === 'skmsg' || !message.senderKeyDistributionMessage) shown = message;
    }
    return shown;
  }

  private askAgain(
    id: string,
    sender: Device,
    by: Addressing,
    group: Group | undefined,
    fault: unknown,
  ): void {
    const count = (this.retries.get(id) ?? 0) + 1;
    this.retries.set(id, count);
    this.world.complain(`${this.person.number} could not decrypt ${id}, try ${count}: ${String(fault)}`);
    if (!this.asksAgain || count > MOST_RETRIES) return;
    const content = [node('retry', { count, id, t: 0, v: 1 }), this.party.registration()];
    this.world.post.tell({
      from: this.person,
      to: sender.person,
      ids: [id],
      type: 'retry',
      by,
      group,
      content,
    });
  }

  private async takeReceipt({ attrs }: BinaryNode): Promise<void> {
    const sent = this.sent.get(attrs.id ?? '');
    sent?.receipts.push(attrs.type ?? 'delivered');
    const device = this.world.directory.deviceByJid(attrs.from ?? '');
    if (sent && device && attrs.type === 'retry') await this.sendAgain(sent, device);
  }

  /** The device could not read it: once more, through a new session. */
  private async sendAgain(sent: Sent, device: Device): Promise<void> {
    await this.party.forgetSessions([device.person.jid('lid', device.id)]);
    const enc = await this.sealFor(device, sent.message);
    const to = sent.group?.jid ?? device.person.jid(sent.by, device.id);
    const participant = sent.group ? device.person.jid(sent.by, device.id) : undefined;
    const parts = sent.group ? [sealedTo(device, sent.by, enc)] : [enc];
    const attributes = { id: sent.id, to, participant, ...sent.attributes };
    this.world.post.carry(this, node('message', attributes, parts));
  }

  private async sealForOne({ to, by, message }: Sent): Promise<BinaryNode[]> {
    const copy = { deviceSentMessage: { destinationJid: to.jid(by), message } };
    const parts: BinaryNode[] = [];
    for (const device of companionsOf(to))
      parts.push(sealedTo(device, by, await this.sealFor(device, message)));
    if (to !== this.person) {
      for (const own of companionsOf(this.person))
        parts.push(sealedTo(own, by, await this.sealFor(own, copy)));
    }
    return [node('participants', {}, parts)];
  }

  private async sealForGroup({ by, message }: Sent, group: Group): Promise<BinaryNode[]> {
    const sealed = await this.party.sealForGroup(group.jid, this.person.jid('lid'), message);
    const parts: BinaryNode[] = [];
    for (const device of group.members.flatMap(companionsOf)) {
      parts.push(sealedTo(device, by, await this.sealFor(device, sealed.senderKey)));
    }
    const enc = node('enc', { v: 2, type: 'skmsg' }, sealed.ciphertext);
    return [node('participants', {}, parts), enc];
  }

  private async sealFor(device: Device, message: Message): Promise<BinaryNode> {
    const jid = device.person.jid('lid', device.id);
    if (!(await this.party.hasSession(jid))) {
      const bundle = await device.keyBundle();
      if (!bundle) throw new Error(`${jid} has uploaded no keys: has it ever been connected?`);
      await this.party.openSession(jid, bundle);
    }
    const { type, ciphertext } = await this.party.seal(jid, message);
    return node('enc', { v: 2, type }, ciphertext);
  }

  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.work.then(task);
    this.work = done.catch(() => undefined);
    return done;
  }
}

const companionsOf = (person: Person): Device[] => [...person.devices.values()].filter(({ id }) => id > 0);

const sealedTo = (device: Device, by: Addressing, enc: BinaryNode): BinaryNode =>
  node('to', { jid: device.person.jid(by, device.id) }, [enc]);
