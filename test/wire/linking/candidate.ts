import { randomUUID } from 'node:crypto';
import type { BinaryNode } from '../baileys';
import { childOf, node } from '../transport/nodes';
import type { Greeting, Link } from '../transport/link';

const QR_CODES = 6;

/** A connected device that waits to be linked. */
export class Candidate {
  readonly refs: readonly string[] = Array.from({ length: QR_CODES }, () => randomUUID());
  /** Set once it has asked to be linked by a pairing code. */
  hello: BinaryNode | undefined;
  readonly identityKey: Buffer;
  readonly clientKey: Buffer;
  private awaited: { matches: (stanza: BinaryNode) => boolean; resolve: (stanza: BinaryNode) => void }[] = [];

  constructor(
    readonly link: Link,
    { clientKey, payload }: Greeting,
  ) {
    this.clientKey = clientKey;
    this.identityKey = Buffer.from(payload.devicePairingData?.eIdent ?? []);
    link.onNode = (stanza) => this.take(stanza);
  }

  get isOpen(): boolean {
    return this.link.isOpen;
  }

  /** Sends the texts from which the client draws QR codes, one after the other. */
  offerRefs(): void {
    const refs = this.refs.map((ref) => node('ref', {}, Buffer.from(ref)));
    this.link.send(this.request([node('pair-device', {}, refs)]));
  }

  request(content: BinaryNode[]): BinaryNode {
    return node('iq', { from: '@s.whatsapp.net', type: 'set', id: randomUUID() }, content);
  }

  /** The next stanza that matches. Rejects if none arrives in time. */
  next(what: string, matches: (stanza: BinaryNode) => boolean, timeoutMs = 10_000): Promise<BinaryNode> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`The device did not send ${what} in ${timeoutMs} ms.`)),
        timeoutMs,
      );
      this.awaited.push({ matches, resolve: (stanza) => (clearTimeout(timer), resolve(stanza)) });
    });
  }

  private take(stanza: BinaryNode): void {
    const waiter = this.awaited.find(({ matches }) => matches(stanza));
    if (waiter) {
      this.awaited = this.awaited.filter((other) => other !== waiter);
      waiter.resolve(stanza);
    }
    if (stanza.tag !== 'iq' || stanza.attrs.type === 'result') return;
    const hello = childOf(stanza, 'link_code_companion_reg');
    const result = { id: stanza.attrs.id, type: 'result', from: '@s.whatsapp.net' };
    if (hello?.attrs.stage !== 'companion_hello') return this.link.send(node('iq', result));
    this.hello = hello;
    const ref = node('link_code_pairing_ref', {}, Buffer.from(this.refs[0] ?? ''));
    this.link.send(node('iq', result, [node('link_code_companion_reg', {}, [ref])]));
  }
}
