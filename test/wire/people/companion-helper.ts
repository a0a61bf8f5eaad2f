import { randomBytes, randomUUID } from 'node:crypto';
import { baileys, type BinaryNode, type Message } from '../baileys';
import type { World } from '../server/world';
import { childOf, node } from '../transport/nodes';
import { summarize } from './message-summary';
import { OlderChats } from './older-chats';
import type { Device, Person } from './person';
import type { Sent } from './sent';

/** What an account's own phone does for its linked devices: it sends them messages and files that they could not get. */
export class CompanionHelper {
  /** What the phone has from before its devices were linked. */
  readonly older: OlderChats;
  private on = true;
  private later: (() => void)[] = [];

  constructor(
    private readonly person: Person,
    private readonly world: World,
    /** What the account sent from this phone. */
    private readonly sent: ReadonlyMap<string, Sent>,
    private readonly send: (device: Device, id: string, message: Message) => Promise<void>,
  ) {
    this.older = new OlderChats(world, send);
  }

  /** When off, requests wait, as at the server while a phone is off. */
  set isOn(on: boolean) {
    this.on = on;
    if (on) for (const help of this.later.splice(0)) help();
  }

  /** Answers a companion's message if it is a request for messages. @param id its own. @returns whether it is one */
  take(device: Device, message: Message, id: string): boolean {
    const request = message.protocolMessage?.peerDataOperationRequestMessage;
    if (!request) return false;
    for (const { messageKey } of request.placeholderMessageResendRequest ?? []) {
      this.help(() => void this.send(device, randomUUID().toUpperCase(), this.answer(messageKey?.id ?? '')));
    }
    const { historySyncOnDemandRequest: asked } = request;
    if (asked) this.help(() => void this.older.answer(device, asked, id));
    return true;
  }

  /** Uploads the file of a message again, on a companion's receipt, and says where it is. */
  uploadAgain(receipt: BinaryNode): void {
    this.help(() => {
      const id = receipt.attrs.id ?? '';
      const rmr = childOf(receipt, 'rmr');
      const content = this.uploaded(id) ?? [node('error', { code: '2' })];
      this.world.post.notify(
        this.person,
        'mediaretry',
        [...(rmr ? [rmr] : []), ...content],
        this.person.jid('number'),
        { id },
      );
    });
  }

  private help(act: () => void): void {
    if (this.on) act();
    else this.later.push(act);
  }

  private answer(id: string): Message {
    const { WebMessageInfo, Message } = baileys().proto;
    const info = this.infoOf(id);
    const result = info
      ? { placeholderMessageResendResponse: { webMessageInfoBytes: WebMessageInfo.encode(info).finish() } }
      : {};
    const type = Message.ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE;
    const peerDataOperationRequestResponseMessage = { stanzaId: id, peerDataOperationResult: [result] };
    return { protocolMessage: { type, peerDataOperationRequestResponseMessage } };
  }

  private infoOf(id: string) {
    const found = this.person.sentTo.get(id) ?? this.sent.get(id);
    if (!found) return null;
    const { from, to, by, group, message, at } = found;
    const fromMe = from === this.person;
    const remoteJid = group?.jid ?? (fromMe ? to : from).jid(by);
    return baileys().proto.WebMessageInfo.fromObject({
      key: { remoteJid, id, fromMe, participant: group && !fromMe ? from.jid(by) : undefined },
      message,
      messageTimestamp: Math.floor(at / 1000),
    });
  }

  private uploaded(id: string): BinaryNode[] | null {
    const { proto, hkdf, aesEncryptGCM } = baileys();
    const message = this.person.sentTo.get(id)?.message ?? this.older.find(id);
    const file = summarize(message ?? {}).file;
    const directPath = file && this.world.media.upload(file.directPath);
    if (!file || !directPath) return null;
    const { SUCCESS } = proto.MediaRetryNotification.ResultType;
    const plain = proto.MediaRetryNotification.encode({ stanzaId: id, directPath, result: SUCCESS }).finish();
    const key = hkdf(file.mediaKey, 32, { info: 'WhatsApp Media Retry Notification' });
    const iv = randomBytes(12);
    const sealed = aesEncryptGCM(plain, key, iv, Buffer.from(id));
    return [node('encrypt', {}, [node('enc_p', {}, sealed), node('enc_iv', {}, iv)])];
  }
}
