import { baileys, type KeyPair } from '../baileys';
import type { Person } from '../people/person';
import { Companion } from '../server/companion';
import { streamError } from '../server/faults';
import { digitsOf } from '../people/person';
import type { Greeting, Link } from '../transport/link';
import { childOf, node, requiredBytes } from '../transport/nodes';
import { Candidate } from './candidate';
import { isAccepted, vouchFor } from './device-identity';

/** Links new devices to accounts, on the server's side. */
export class Linking {
  private candidates: Candidate[] = [];
  private readonly welcomes = new Map<Companion, () => void>();

  /** A device that is not linked yet has connected. */
  open(link: Link, greeting: Greeting): void {
    this.candidates = this.candidates.filter(({ isOpen }) => isOpen);
    const candidate = new Candidate(link, greeting);
    this.candidates.push(candidate);
    candidate.offerRefs();
  }

  /** The device that shows this QR code. */
  byRef(ref: string): Candidate | undefined {
    return this.candidates.find(({ isOpen, refs }) => isOpen && refs.includes(ref));
  }

  /** The device that asked for a pairing code for this number. */
  byNumber(digits: string): Candidate | undefined {
    const user = (jid: string | undefined): string => digitsOf(baileys().jidDecode(jid)?.user ?? '');
    return this.candidates.find(({ isOpen, hello }) => isOpen && user(hello?.attrs.jid) === digits);
  }

  /**
   * The phone confirms the device, the device signs too, and the server tells it to reconnect (515) as a companion.
   * `welcome` runs after its first login.
   */
  async link(
    candidate: Candidate,
    person: Person,
    phoneIdentity: Pick<KeyPair, 'public' | 'private'>,
    secret: Buffer,
    welcome: (companion: Companion) => void,
  ): Promise<Companion> {
    const id = Math.max(...person.devices.keys()) + 1;
    const identity = vouchFor(candidate.identityKey, id, phoneIdentity, secret);
    const request = candidate.request([
      node('pair-success', {}, [
        node('device-identity', {}, identity.sealed),
        node('device', { jid: person.jid('number', id), lid: person.jid('lid', id) }),
        node('platform', { name: 'android' }),
      ]),
    ]);
    const signed = candidate.next('its signature', ({ attrs }) => attrs.id === request.attrs.id);
    candidate.link.send(request);
    const reply = requiredBytes(childOf(await signed, 'pair-device-sign'), 'device-identity');
    if (!isAccepted(reply, candidate.identityKey, phoneIdentity, identity)) {
      throw new Error('The device did not sign with the identity it wanted to be linked under.');
    }
    const companion = new Companion(person, id, candidate.clientKey, id);
    person.devices.set(id, companion);
    this.welcomes.set(companion, () => welcome(companion));
    candidate.link.end(streamError(515));
    return companion;
  }

  afterFirstLogIn(companion: Companion): void {
    const welcome = this.welcomes.get(companion);
    this.welcomes.delete(companion);
    welcome?.();
  }
}
