import fc from 'fast-check';
import { readMessage } from '../../../../../engine/transport/baileys/inbound/read-inbound';
import type { Baileys } from '../../../../wire/baileys';
import { AT, madeInbound } from './made-inbound';

/** The field names of protobufjs' generated classes, read from a new object. */
function fieldsOf(type: { prototype: object }): string[] {
  return Object.keys(type.prototype).filter((name) => !/^[$_]|^(constructor|toJSON)$/.test(name));
}

const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.uint8Array({ maxLength: 40 }),
  fc.constantFrom('3EB01', '14155551234@s.whatsapp.net', '200000000000001@lid', 'BEGIN:VCARD\nTEL:+1', ''),
);

/** Objects with the field names of messages. Many of them are valid messages. */
function trees(baileys: Baileys): fc.Arbitrary<unknown> {
  const { Message, ContextInfo, MessageKey } = baileys.proto;
  const kinds = fieldsOf(Message);
  const parts = [
    ...fieldsOf(ContextInfo),
    ...fieldsOf(MessageKey),
    ...fieldsOf(Message.ImageMessage),
    ...fieldsOf(Message.DocumentMessage),
    ...fieldsOf(Message.ProtocolMessage),
    ...fieldsOf(Message.PollUpdateMessage),
    ...fieldsOf(Message.PollCreationMessage),
    ...fieldsOf(Message.LocationMessage),
    ...fieldsOf(Message.ContactMessage),
    ...['text', 'message', 'contacts', 'vote', 'encPayload', 'encIv', 'title', 'body', 'product'],
  ];
  return fc.letrec<{ message: object; part: object; value: unknown }>((tie) => ({
    message: fc.dictionary(
      fc.constantFrom(...kinds),
      fc.oneof({ weight: 4, arbitrary: tie('part') }, scalar),
      {
        maxKeys: 3,
      },
    ),
    part: fc.dictionary(fc.constantFrom(...parts), tie('value'), { maxKeys: 6 }),
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      scalar,
      tie('message'),
      tie('part'),
      fc.array(tie('part'), { maxLength: 2 }),
    ),
  })).message;
}

describe('reading arbitrary messages', () => {
  it('never rejects, and always returns well-formed messages', async () => {
    const tools = await madeInbound();
    const { Message } = tools.baileys.proto;
    let read = 0;
    let told = 0;
    const jid = fc.constantFrom(
      ...[
        '14155551234@s.whatsapp.net',
        '200000000000001:2@lid',
        '120363000000000001@g.us',
        'status@broadcast',
        '',
        'x@y',
      ],
    );
    const key = fc.record(
      {
        remoteJid: jid,
        remoteJidAlt: jid,
        participant: jid,
        participantAlt: jid,
        id: fc.string(),
        fromMe: fc.boolean(),
      },
      { requiredKeys: ['remoteJid'] },
    );
    await fc.assert(
      fc.asyncProperty(trees(tools.baileys), key, async (tree, messageKey) => {
        let message;
        try {
          message = Message.decode(Message.encode(Message.fromObject(tree as object)).finish());
        } catch {
          return;
        }
        read += 1;
        const inbound = await readMessage({ key: messageKey, message, pushName: null, at: AT }, tools);
        if (!inbound) return;
        told += 1;
        expect(inbound.chatId).toMatch(/^[\d-]+@(c\.us|lid|g\.us)$/);
        expect(inbound.from ?? '+1').toMatch(/^\+\d+$/);
        expect(inbound.isGroup).toBe(inbound.chatId.endsWith('@g.us'));
        expect(typeof (inbound.text ?? '')).toBe('string');
        expect(inbound.media === null || inbound.media.size >= 0).toBe(true);
      }),
      { numRuns: 1500 },
    );
    // Enough of the random objects are messages with content.
    expect(read).toBeGreaterThan(250);
    expect(told).toBeGreaterThan(50);
  });
});
