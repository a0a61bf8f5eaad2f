import {
  baileys,
  type AuthenticationCreds,
  type BinaryNode,
  type Message,
  type SignalKeyStore,
  type SignalRepository,
} from '../baileys';
import { node } from '../transport/nodes';
import { memoryKeys } from './memory-keys';
import { silentLogger } from '../../../engine/transport/baileys/silence';

/** The ciphertext for one device. */
export interface Sealed {
  readonly type: 'pkmsg' | 'msg';
  readonly ciphertext: Uint8Array;
}

/** The four bytes of a registration id on the wire. */
const FOUR_BYTES = 4;
const KEY_TYPE_CURVE25519 = Buffer.from([5]);

/**
 * One party's Signal sessions: an identity, pre-keys, and one session per device. It uses the same libsignal as Baileys,
 * with keys in memory. Devices are always identified by LID, so that each has one session however a message was
 * addressed. Calls must not overlap: the owner runs them one after the other.
 */
export class SignalParty {
  private readonly creds: AuthenticationCreds = baileys().initAuthCreds();
  private readonly keys: SignalKeyStore = memoryKeys();
  private readonly repository: SignalRepository;
  private nextPreKey = 1;

  constructor() {
    this.repository = baileys().DEFAULT_CONNECTION_CONFIG.makeSignalRepository(
      { creds: this.creds, keys: this.keys },
      silentLogger,
    );
  }

  get identity(): { readonly public: Uint8Array; readonly private: Uint8Array } {
    return this.creds.signedIdentityKey;
  }

  registration(): BinaryNode {
    const id = Buffer.alloc(FOUR_BYTES);
    id.writeUInt32BE(this.creds.registrationId);
    return node('registration', {}, id);
  }

  /** A new one-time pre-key with everything that the server hands out with it. */
  async bundle(): Promise<BinaryNode[]> {
    const { Curve, xmppPreKey, xmppSignedPreKey } = baileys();
    const id = this.nextPreKey++;
    const pair = Curve.generateKeyPair();
    await this.keys.set({ 'pre-key': { [id]: pair } });
    return [
      this.registration(),
      node('type', {}, KEY_TYPE_CURVE25519),
      node('identity', {}, this.creds.signedIdentityKey.public),
      xmppPreKey(pair, id),
      xmppSignedPreKey(this.creds.signedPreKey),
    ];
  }

  async hasSession(jid: string): Promise<boolean> {
    return (await this.repository.validateSession(jid)).exists;
  }

  /** Opens a session with a device from its key bundle at the server. */
  async openSession(jid: string, bundle: BinaryNode[]): Promise<void> {
    const answer = node('iq', {}, [node('list', {}, [node('user', { jid }, bundle)])]);
    await baileys().parseAndInjectE2ESessions(answer, this.repository);
  }

  async forgetSessions(jids: string[]): Promise<void> {
    await this.repository.deleteSession(jids);
  }

  async seal(jid: string, message: Message): Promise<Sealed> {
    return this.repository.encryptMessage({ jid, data: baileys().encodeWAMessage(message) });
  }

  /** Throws if the session does not match, as on a phone. */
  async open(jid: string, type: 'pkmsg' | 'msg', ciphertext: Uint8Array): Promise<Message> {
    return decoded(await this.repository.decryptMessage({ jid, type, ciphertext }));
  }

  /** Encrypts for a whole group. Also returns what each device needs once to decrypt it. */
  async sealForGroup(
    group: string,
    me: string,
    message: Message,
  ): Promise<{ ciphertext: Uint8Array; senderKey: Message }> {
    const data = baileys().encodeWAMessage(message);
    const sealed = await this.repository.encryptGroupMessage({ group, meId: me, data });
    const axolotlSenderKeyDistributionMessage = sealed.senderKeyDistributionMessage;
    const senderKey = {
      senderKeyDistributionMessage: { groupId: group, axolotlSenderKeyDistributionMessage },
    };
    return { ciphertext: sealed.ciphertext, senderKey };
  }

  async openFromGroup(group: string, authorJid: string, msg: Uint8Array): Promise<Message> {
    return decoded(await this.repository.decryptGroupMessage({ group, authorJid, msg }));
  }

  async acceptSenderKey(authorJid: string, message: Message): Promise<void> {
    const item = message.senderKeyDistributionMessage;
    if (item) await this.repository.processSenderKeyDistributionMessage({ authorJid, item });
  }
}

function decoded(padded: Uint8Array): Message {
  const { proto, unpadRandomMax16 } = baileys();
  return proto.Message.decode(unpadRandomMax16(padded));
}
