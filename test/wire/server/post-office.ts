import { randomUUID } from 'node:crypto';
import { baileys, type BinaryNode } from '../baileys';
import type { Addressing, Device, Person } from '../people/person';
import type { Delivery } from '../people/sent';
import { childOf, childrenOf, node } from '../transport/nodes';
import { addressingOf, type Directory } from './directory';
import type { Group } from './group';
import { secondsNow } from './world';

/** What a device reports to another account about its messages. */
export interface ReceiptOrder {
  readonly from: Person;
  readonly to: Person;
  readonly ids: readonly string[];
  /** `undefined` means delivered. */
  readonly type: string | undefined;
  readonly by: Addressing;
  readonly group?: Group;
  /** The chat of two that another device of the same account tells of. */
  readonly recipient?: string;
  /** Extra content, as in a retry receipt. */
  readonly content?: BinaryNode[];
}

/** Carries messages and receipts between devices, and rewrites the sender's address as WhatsApp's server does. */
export class PostOffice {
  constructor(private readonly directory: Directory) {}

  /** Delivers a message to every device that it was encrypted for. */
  carry(sender: Device, message: BinaryNode, delivery?: Delivery): void {
    const to = message.attrs.to ?? '';
    const channel = this.directory.channels.get(to);
    if (channel) return channel.take(message);
    const group = this.directory.groupOf(to);
    if (group) return this.carryToGroup(sender, message, group, delivery);
    const sealed = childrenOf(childOf(message, 'participants'), 'to');
    if (sealed.length === 0) return this.carryToOne(sender, message, to);
    for (const { attrs, content } of sealed) {
      const device = this.directory.deviceByJid(attrs.jid ?? '');
      if (device && Array.isArray(content)) {
        this.handOver(sender, device, message, addressingOf(to), content, delivery);
      }
    }
  }

  /** Tells an account's companions that their messages were delivered, read and so on. */
  tell({ from, to, ids, type, by, group, recipient, content }: ReceiptOrder): void {
    const [id, ...more] = ids;
    const list = more.map((other) => node('item', { id: other }));
    const inside = [...(list.length > 0 ? [node('list', {}, list)] : []), ...(content ?? [])];
    const names = group ? { from: group.jid, participant: from.jid(by) } : { from: from.jid(by) };
    const receipt = node(
      'receipt',
      { ...names, recipient, id, type, t: secondsNow() },
      inside.length > 0 ? inside : undefined,
    );
    for (const device of to.devices.values()) if (device.id > 0) device.deliver(receipt);
  }

  /** Tells companions something about their account, or about `from`. */
  notify(
    person: Person,
    type: string,
    content: BinaryNode[],
    from = '@s.whatsapp.net',
    more: Readonly<Record<string, string>> = {},
  ): void {
    for (const device of person.devices.values()) {
      if (device.id === 0) continue;
      const attributes = { from, id: randomUUID(), ...more, type, t: secondsNow() };
      device.deliver(node('notification', attributes, content));
    }
  }

  /** Tells everybody else that an account has one device more, or one less. It is named by number. */
  tellDevice(change: 'add' | 'remove', { person, id }: Device): void {
    const attributes = { jid: person.jid('number', id), lid: person.jid('lid', id), 'key-index': id };
    const content = [node(change, { device_hash: `2:${id}` }, [node('device', attributes)])];
    for (const other of this.directory.everyone())
      if (other !== person)
        this.notify(other, 'devices', content, person.jid('number'), { lid: person.jid('lid') });
  }

  /** A message for one device only: a resend after a retry receipt, or a copy for our own phone. */
  private carryToOne(sender: Device, message: BinaryNode, to: string): void {
    const device = this.directory.deviceByJid(to);
    if (device) this.handOver(sender, device, message, addressingOf(to), childrenOf(message, 'enc'));
  }

  private handOver(
    sender: Device,
    device: Device,
    message: BinaryNode,
    by: Addressing,
    enc: BinaryNode[],
    delivery?: Delivery,
  ): void {
    const own = device.person === sender.person;
    const { to = '', id, type, edit, category, recipient = to } = message.attrs;
    const peer = category === 'peer' ? undefined : this.directory.byJid(recipient);
    const attributes = {
      ...namesOf(sender, by, delivery),
      id,
      type,
      edit,
      category,
      t: secondsNow(),
      notify: sender.person.name,
      addressing_mode: by === 'lid' ? 'lid' : 'pn',
      ...(own
        ? {
            recipient: category === 'peer' ? undefined : recipient,
            ...(peer ? otherName('peer_recipient', peer, addressingOf(recipient)) : {}),
          }
        : otherName('sender', sender.person, by)),
    };
    device.deliver(
      node('message', attributes, contentFor(delivery, [...verifiedName(sender.person), ...enc])),
    );
  }

  private carryToGroup(sender: Device, message: BinaryNode, group: Group, delivery?: Delivery): void {
    const { id, type, edit, participant } = message.attrs;
    const sealed = childrenOf(childOf(message, 'participants'), 'to');
    const shared = childrenOf(message, 'enc');
    // A status goes to those for whom it has a key.
    const isStatus = group !== this.directory.groups.get(group.jid);
    const members = isStatus ? this.directory.everyone() : group.members;
    for (const device of members.flatMap((member) => member.othersThan(sender))) {
      // Simulated phones encrypt for companions only: there is nothing to test among themselves.
      if (sender.id === 0 && device.id === 0) continue;
      if (participant && this.directory.deviceByJid(participant) !== device) continue;
      const own = sealed.find(({ attrs }) => this.directory.deviceByJid(attrs.jid ?? '') === device);
      if (isStatus && !own) continue;
      const attributes = {
        from: group.jid,
        participant: sender.person.jid(group.addressing, sender.id),
        ...otherName('participant', sender.person, group.addressing),
        id,
        type,
        edit,
        t: secondsNow(),
        notify: sender.person.name,
        addressing_mode: group.addressing === 'lid' ? 'lid' : 'pn',
      };
      const enc = [...childrenOf(own, 'enc'), ...shared];
      device.deliver(node('message', attributes, contentFor(delivery, enc)));
    }
  }
}

/** A stanza has a person's address in one form. It adds the other form, if there is one, and any username. */
function otherName(
  prefix: 'sender' | 'participant' | 'peer_recipient',
  person: Person,
  by: Addressing,
): Record<string, string | undefined> {
  // As WhatsApp's own client reads it, WAWebHandleMsgParser.
  const names = { [prefix === 'sender' ? 'username' : `${prefix}_username`]: person.username };
  if (!person.tellsBothNames || person.digits === '') return names;
  return {
    ...names,
    [`${prefix}_${by === 'lid' ? 'pn' : 'lid'}`]: person.jid(by === 'lid' ? 'number' : 'lid'),
  };
}

/** Any list of recipients: it says nothing about them. */
const LIST = '1700000000@broadcast';

function namesOf(sender: Device, by: Addressing, delivery?: Delivery): Record<string, string> {
  const from = sender.person.jid(by, sender.id);
  return delivery === 'list' ? { from: LIST, participant: from } : { from };
}

/** The certificate of a business. */
function verifiedName({ isBusiness, name }: Person): BinaryNode[] {
  if (!isBusiness) return [];
  const { VerifiedNameCertificate } = baileys().proto;
  const details = VerifiedNameCertificate.Details.encode({ verifiedName: name }).finish();
  return [node('verified_name', {}, VerifiedNameCertificate.encode({ details }).finish())];
}

/** What a linked device gets of a message. */
function contentFor(delivery: Delivery | undefined, enc: BinaryNode[]): BinaryNode[] | undefined {
  if (delivery === 'phone-only') return undefined;
  if (delivery === 'view-once') return [node('unavailable', { type: 'view_once' })];
  return delivery === 'damaged' ? enc.map((part) => (part.tag === 'enc' ? damaged(part) : part)) : enc;
}

/**
 * Where to damage a ciphertext so that it cannot be decrypted, in bytes from its end: in what its authentication code
 * covers or, if the message begins a session, in the code. Only the ids of keys follow it then, which clients ignore.
 */
const DAMAGED_AT = 12;

function damaged(enc: BinaryNode): BinaryNode {
  const content = Buffer.from(enc.content as Uint8Array);
  content[content.length - DAMAGED_AT]! ^= 1;
  return { ...enc, content };
}
