import type { BinaryNode, Message } from '../baileys';
import type { Group } from '../server/group';
import { node } from '../transport/nodes';
import type { Addressing, Device, Person } from './person';
import type { Sent } from './sent';
import type { SignalParty } from './signal-party';

/** Encrypts what a phone sends, once for each companion that gets it. */
export class Sealer {
  constructor(
    private readonly writer: Person,
    private readonly party: SignalParty,
  ) {}

  /** The contents of the stanza. */
  seal(sent: Sent): Promise<BinaryNode[]> {
    return sent.group ? this.sealForGroup(sent, sent.group) : this.sealForPerson(sent);
  }

  /**
   * Again, through a new session, for a device that could not decrypt it. As on a phone, the old session still decrypts
   * what that device has sent already.
   */
  async sealAgain({ message, by, group, to }: Sent, device: Device): Promise<BinaryNode[]> {
    await this.openSession(device);
    const own = device.person === this.writer && to !== this.writer;
    const enc = await this.sealFor(device, own ? copyOf(message, to.jid(by)) : message);
    enc.attrs.count = '1';
    return group ? [node('participants', {}, [sealedTo(device, by, enc)])] : [enc];
  }

  async sealFor(device: Device, message: Message): Promise<BinaryNode> {
    const jid = device.person.jid('lid', device.id);
    if (!(await this.party.hasSession(jid))) await this.openSession(device);
    const { type, ciphertext } = await this.party.seal(jid, message);
    return node('enc', { v: 2, type }, ciphertext);
  }

  private async openSession(device: Device): Promise<void> {
    const jid = device.person.jid('lid', device.id);
    const bundle = await device.keyBundle();
    if (!bundle) throw new Error(`${jid} has uploaded no keys. Connect it first.`);
    await this.party.openSession(jid, bundle);
  }

  private async sealForPerson({ to, by, message }: Sent): Promise<BinaryNode[]> {
    const parts: BinaryNode[] = [];
    for (const device of companionsOf(to)) {
      parts.push(sealedTo(device, by, await this.sealFor(device, message)));
    }
    const copy = copyOf(message, to.jid(by));
    for (const own of to === this.writer ? [] : companionsOf(this.writer)) {
      parts.push(sealedTo(own, by, await this.sealFor(own, copy)));
    }
    return [node('participants', {}, parts)];
  }

  private async sealForGroup({ by, message }: Sent, group: Group): Promise<BinaryNode[]> {
    const sealed = await this.party.sealForGroup(group.jid, this.writer.jid('lid'), message);
    const parts: BinaryNode[] = [];
    for (const device of group.members.flatMap(companionsOf)) {
      parts.push(sealedTo(device, by, await this.sealFor(device, sealed.senderKey)));
    }
    return [node('participants', {}, parts), node('enc', { v: 2, type: 'skmsg' }, sealed.ciphertext)];
  }
}

/** What the sender's own devices get: the message, and who it was sent to. */
const copyOf = (message: Message, destinationJid: string): Message => ({
  deviceSentMessage: { destinationJid, message },
});

const companionsOf = (person: Person): Device[] => [...person.devices.values()].filter(({ id }) => id > 0);

const sealedTo = (device: Device, by: Addressing, enc: BinaryNode): BinaryNode =>
  node('to', { jid: device.person.jid(by, device.id) }, [enc]);
