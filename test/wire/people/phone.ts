import { randomUUID } from 'node:crypto';
import type { Conversation, HistorySync } from '../baileys';
import type { Candidate } from '../linking/candidate';
import { agreeOnSecret, answerHello } from '../linking/pairing-code';
import { readQrText } from '../linking/qr-text';
import { cappingOf, timelockOf } from '../queries/mex';
import { Companion } from '../server/companion';
import { streamError, type Faults } from '../server/faults';
import { childOf, node, requiredBytes } from '../transport/nodes';
import { waitUntil } from './wait-until';
import type { Group } from '../server/group';
import { Contact } from './contact';
import { LidTellings, type LidTelling } from './lid-tellings';
import type { Older, OlderChat, Sharing } from './older-chats';
import { NewChatQuota, type Restriction } from './person';

const REG = 'link_code_companion_reg';

/** A contact whose phone can link devices: the owner of the number under test. */
export class Phone extends Contact {
  /** The chats that a newly linked device is told of. */
  readonly history: Conversation[] = [];
  private readonly lidTellings = new LidTellings(this.person, this.device, this.world);

  /** Planned faults for this account only. */
  get faults(): Faults {
    return this.person.faults;
  }

  /** The devices linked to this account. */
  get companions(): Companion[] {
    return [...this.person.devices.values()].filter((device) => device instanceof Companion);
  }

  /** Tells the linked devices which LID a contact's number has. */
  tellsLidOf({ person }: Contact, how: LidTelling): Promise<void> {
    return this.lidTellings.tell(person, how);
  }

  /**
   * Has these messages from before. Devices that are linked later get them, others ask for them.
   * @param more by which name of the person the phone knows the chat, and what it calls the chat
   * @returns their wire ids
   */
  remembers(
    chat: Contact | Group,
    messages: readonly (Omit<Older, 'by'> & { readonly by?: Contact })[],
    more: Omit<OlderChat, 'with'> = {},
  ): string[] {
    const other = chat instanceof Contact ? chat.person : chat;
    return this.device.helper.older.add(
      { with: other, ...more },
      messages.map((message) => ({ ...message, by: message.by?.person })),
    );
  }

  /** Shares a history with its devices: by default, everything that it remembers. */
  async shares(sharing: Sharing = {}, content?: HistorySync): Promise<void> {
    const { older } = this.device.helper;
    for (const companion of this.companions)
      await older.share(companion, content ?? { conversations: older.conversations() }, sharing);
  }

  /**
   * Its owner opens a chat on the phone and reads these messages. Linked devices are told.
   * @param privately the account's read receipts are off, so that only they are
   */
  readsIn(chat: Contact | Group, ids: readonly string[], privately = false): void {
    const type = privately ? 'read-self' : 'read';
    const where = chat instanceof Contact ? { recipient: chat.jid('lid') } : { group: chat };
    this.world.post.tell({ from: this.person, to: this.person, ids, type, by: 'lid', ...where });
  }

  /** Scans a QR code. Resolves when the device is linked and was told to reconnect. */
  async link(qrText: string): Promise<Companion> {
    const qr = readQrText(qrText);
    const candidate = this.world.linking.byRef(qr.ref);
    if (!candidate) throw new Error('No device shows this QR code. It may have expired.');
    if (!candidate.clientKey.equals(qr.noiseKey) || !candidate.identityKey.equals(qr.identityKey)) {
      throw new Error('The keys in the QR code differ from those of the device that shows it.');
    }
    return this.accept(candidate, qr.secret);
  }

  /** Types a pairing code. Rejects if the code is wrong or no device asked for one. */
  async enterPairingCode(code: string): Promise<Companion> {
    const candidate = await waitUntil('a device asked for a pairing code', () =>
      this.world.linking.byNumber(this.person.digits),
    );
    const wrapped = requiredBytes(candidate.hello, 'link_code_pairing_wrapped_companion_ephemeral_pub');
    const move = await answerHello(wrapped, code.replace(/\W/g, '').toUpperCase());
    const finished = candidate.next('its key bundle', (stanza) => {
      return childOf(stanza, REG)?.attrs.stage === 'companion_finish';
    });
    candidate.link.send(this.pairingNotification(candidate, move.wrapped));
    const finish = childOf(await finished, REG);
    const bundle = requiredBytes(finish, 'link_code_pairing_wrapped_key_bundle');
    const { companionIdentity, secret } = agreeOnSecret(bundle, move, this.device.party.identity);
    if (!companionIdentity.equals(candidate.identityKey)) {
      throw new Error('The device replied with a different identity than before.');
    }
    return this.accept(candidate, secret);
  }

  /** Unlinks a device, as its owner does on the phone: it gets a 401 and cannot log in again. */
  unlink(companion: Companion | undefined = this.companions[0]): void {
    if (!companion) throw new Error('Nothing is linked to this phone.');
    this.person.devices.delete(companion.id);
    this.world.post.tellDevice('remove', companion);
    companion.link?.end(streamError(401));
  }

  /** From now on this account may write only to people who wrote to it (463). Its devices are notified. */
  restrict(until: Date, type = 'BIZ_QUALITY'): void {
    this.setRestriction({ until, type });
  }

  liftRestriction(): void {
    this.setRestriction(undefined);
  }

  /**
   * From now on this account may start so many chats until `ends`, counting those of this cycle, and again in each cycle
   * after that (463). Null: as many as it likes. Its devices are notified.
   */
  limitNewChats(
    limit: number | null,
    ends = new Date(Date.now() + 30 * 86_400_000),
  ): NewChatQuota | undefined {
    const { person } = this;
    if (limit === null) person.quota = undefined;
    else if (person.quota) Object.assign(person.quota, { limit, ends });
    else person.quota = new NewChatQuota(limit, new Date(), ends);
    const data = { xwa2_notify_new_chat_messages_capping_info_update: cappingOf(person) };
    const update = Buffer.from(JSON.stringify({ data }));
    this.world.post.notify(person, 'mex', [
      node('update', { op_name: 'MessageCappingInfoNotification' }, update),
    ]);
    return person.quota;
  }

  private setRestriction(restriction: Restriction | undefined): void {
    this.person.restriction = restriction;
    const data = { xwa2_notify_account_reachout_timelock: timelockOf(this.person) };
    const update = Buffer.from(JSON.stringify({ data }));
    this.world.post.notify(this.person, 'mex', [
      node('update', { op_name: 'NotificationUserReachoutTimelockUpdate' }, update),
    ]);
  }

  private pairingNotification(candidate: Candidate, wrapped: Buffer) {
    const content = [
      node('link_code_pairing_wrapped_primary_ephemeral_pub', {}, wrapped),
      node('primary_identity_pub', {}, this.device.party.identity.public),
      node('link_code_pairing_ref', {}, Buffer.from(candidate.refs[0] ?? '')),
    ];
    const attributes = { from: '@s.whatsapp.net', type: REG, id: randomUUID() };
    return node('notification', attributes, [node(REG, { stage: 'primary_hello' }, content)]);
  }

  private async accept(candidate: Candidate, secret: Buffer): Promise<Companion> {
    const companion = await this.world.linking.link(
      candidate,
      this.person,
      this.device.party.identity,
      secret,
      (linked) => void this.shareHistory(linked),
    );
    this.world.post.tellDevice('add', companion);
    return companion;
  }

  /** After its first login a device gets the account's history. */
  private async shareHistory(companion: Companion): Promise<void> {
    const { older } = this.device.helper;
    await older.share(companion, { conversations: [...this.history, ...older.conversations()] });
  }
}
