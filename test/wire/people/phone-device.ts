import type { BinaryNode, Message } from '../baileys';
import { addressingOf } from '../server/directory';
import type { Group } from '../server/group';
import type { World } from '../server/world';
import { childrenOf, node } from '../transport/nodes';
import { faultInAct, type Known } from './check-act';
import { summarize } from './message-summary';
import type { Addressing, Device, Person } from './person';
import { Inbox, type Received } from './inbox';
import { CompanionHelper } from './companion-helper';
import { Sealer } from './sealer';
import type { Sent } from './sent';
import { SignalParty } from './signal-party';

/** How often a phone requests the same message again. */
const MOST_RETRIES = 5;

/** A decrypted message, before it is shown. */
export type Incoming = Omit<Received, 'copies' | 'shown'>;

/**
 * A phone as a device of an account (device 0): it decrypts and keeps what arrives, and encrypts what its owner sends.
 * It does one thing at a time, in order. Tests use `Contact` and `Phone`, which act through it.
 */
export class PhoneDevice implements Device {
  readonly id = 0;
  readonly inbox = new Inbox();
  party = new SignalParty();
  private sealer: Sealer;
  readonly sent = new Map<string, Sent>();
  /** Called for each decrypted message; `again` if its id is known already. */
  onMessage: (incoming: Incoming, again: boolean) => void = () => undefined;
  /** Whether it requests messages again that it cannot decrypt. */
  asksAgain = true;
  isOff = false;
  /** Whether it sends messages again that a device could not decrypt. */
  sendsAgain = true;
  readonly helper: CompanionHelper;
  private readonly retries = new Map<string, number>();
  private work: Promise<unknown> = Promise.resolve();

  constructor(
    readonly person: Person,
    private readonly world: World,
  ) {
    this.sealer = new Sealer(person, this.party);
    this.helper = new CompanionHelper(person, world, this.sent, (device, id, message) =>
      this.sendToOwn(device, id, message),
    );
    person.devices.set(this.id, this);
  }

  keyBundle(): Promise<BinaryNode[]> {
    return this.inTurn(() => this.party.bundle());
  }

  deliver(stanza: BinaryNode): void {
    if (this.isOff) return;
    this.inTurn(() => (stanza.tag === 'message' ? this.takeMessage(stanza) : this.takeReceipt(stanza))).catch(
      (fault: unknown) =>
        this.world.complain(`${this.person.number} could not handle a stanza: ${String(fault)}`),
    );
  }

  uploadAgain(receipt: BinaryNode): void {
    this.helper.uploadAgain(receipt);
  }

  /** Resolves when everything so far is done. */
  settled(): Promise<void> {
    return this.inTurn(() => Promise.resolve());
  }

  forgetSessions(people: readonly Person[]): Promise<void> {
    const jids = people.flatMap((person) => [...person.devices.keys()].map((id) => person.jid('lid', id)));
    return this.inTurn(() => this.party.forgetSessions(jids));
  }

  /** Starts over with a new identity; received messages stay. */
  reinstall(): Promise<void> {
    return this.inTurn(async () => {
      this.party = new SignalParty();
      this.sealer = new Sealer(this.person, this.party);
    });
  }

  /** Encrypts a message for the recipient's devices and hands it to the server. */
  send(sent: Sent): Promise<void> {
    return this.inTurn(async () => {
      this.sent.set(sent.id, sent);
      const content = await this.sealer.seal(sent);
      const to = sent.group?.jid ?? sent.to.jid(sent.by);
      const { id, attributes, delivery } = sent;
      this.world.post.carry(this, node('message', { id, to, ...attributes }, content), delivery);
    });
  }

  /** A message between an account's own devices, such as the history after linking. */
  sendToOwn(device: Device, id: string, message: Message): Promise<void> {
    return this.inTurn(async () => {
      const enc = await this.sealer.sealFor(device, message);
      const attributes = { id, to: this.person.jid('number', device.id), type: 'text', category: 'peer' };
      this.world.post.carry(this, node('message', attributes, [enc]));
    });
  }

  private async takeMessage(stanza: BinaryNode): Promise<void> {
    const { id = '', from = '', participant, recipient } = stanza.attrs;
    const sender = this.world.directory.deviceByJid(participant ?? from);
    if (!sender) throw new Error('The sender of a message is not on this WhatsApp.');
    const group = this.world.directory.groupOf(from);
    const message = await this.open(stanza, sender, group).catch((fault: unknown) => {
      this.askAgain(id, sender, addressingOf(from), group, fault);
    });
    if (!message) return;
    const shown = message.deviceSentMessage?.message ?? message;
    if (sender.person === this.person && this.helper.take(sender, shown, id)) return;
    const incoming: Incoming = {
      ...summarize(shown),
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
    const fault =
      sender.id > 0 && faultInAct(incoming, shown, stanza, sender.person, (target) => this.known(target));
    if (fault) this.world.complain(`${this.person.number} ignores the ${incoming.kind} ${id}: ${fault}.`);
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

  private known(id: string): Known | undefined {
    return this.inbox.get(id) ?? this.sent.get(id) ?? this.person.sentTo.get(id);
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
    if (sent && device && attrs.type === 'retry' && this.sendsAgain) await this.sendAgain(sent, device);
  }

  private async sendAgain(sent: Sent, device: Device): Promise<void> {
    const jid = device.person.jid(sent.by, device.id);
    const names = sent.group ? { to: sent.group.jid, participant: jid } : { to: jid };
    const content = await this.sealer.sealAgain(sent, device);
    this.world.post.carry(this, node('message', { id: sent.id, ...names, ...sent.attributes }, content));
  }

  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.work.then(task);
    this.work = done.catch(() => undefined);
    return done;
  }
}
