import fc from 'fast-check';
import { buildWireMessage } from '../../../../../engine/transport/baileys/content/build-wire-message';
import { vcardOf } from '../../../../../engine/transport/baileys/content/contact-message';
import type { Content } from '../../../../../engine/transport/transport';
import { readVcard } from '../../../../wire/people/vcard';
import { madeTools, outgoing, WIRE_ID, type MadeTools } from './made-tools';

type Contact = Extract<Content, { type: 'contact' }>;
const ada: Contact = { type: 'contact', name: 'Ada', phones: ['+14155551234'], organization: null };
const office: Content = { type: 'location', latitude: 0, longitude: -180, name: null, address: null };

describe('a vCard', () => {
  it('is what WhatsApp expects', () => {
    const vcard = vcardOf({ ...ada, organization: 'Engines, Ltd' });
    expect(vcard.split('\n')).toEqual([
      ...['BEGIN:VCARD', 'VERSION:3.0', 'N:;Ada;;;', 'FN:Ada', 'ORG:Engines\\, Ltd'],
      ...['TEL;TYPE=CELL;waid=14155551234:+14155551234', 'END:VCARD'],
    ]);
  });

  it.each([
    ['a;b', 'a\\;b'],
    ['a,b', 'a\\,b'],
    ['a\\b', 'a\\\\b'],
    ['a\\nb', 'a\\\\nb'],
    ['a\nb', 'a\\nb'],
    ['a\r\nb\rc', 'a\\nb\\nc'],
    ['a\u2028b', 'a\\nb'],
    ['a\u0007b\u0000', 'ab'],
  ])('escapes %j', (name, escaped) => {
    expect(vcardOf({ ...ada, name })).toContain(`\nFN:${escaped}\n`);
  });

  it('gives back any name and organization, whatever is in them', () => {
    const part = fc.oneof(
      fc.constantFrom(';', ',', '\\', '\n', ':', '"', 'END:VCARD', 'n', '\t'),
      fc.string(),
    );
    const text = fc
      .array(part, { minLength: 1, maxLength: 8 })
      .map((parts) => parts.join(''))
      .filter((joined) => !/[\p{Cc}\u2028\u2029]/u.test(joined.replace(/[\t\n]/g, '')));
    fc.assert(
      fc.property(text, fc.option(text), (name, organization) => {
        const card = readVcard(vcardOf({ ...ada, name, organization }));
        expect(card).toEqual({
          name,
          ...(organization === null ? {} : { organization }),
          phones: [{ number: '+14155551234', account: '14155551234' }],
        });
      }),
    );
  });
});

describe('a card', () => {
  let tools: MadeTools;
  beforeEach(async () => void (tools = await madeTools()));

  it('of a contact has its name, its vCard and a secret', async () => {
    const { message } = await buildWireMessage(outgoing({ content: ada }), tools);
    expect(message.contactMessage).toMatchObject({ displayName: 'Ada', vcard: vcardOf(ada) });
    expect(Buffer.from(message.messageContextInfo!.messageSecret!)).toEqual(tools.memory.secretFor(WIRE_ID));
  });

  it('of a place says where it is, also on the equator', async () => {
    const { message } = await buildWireMessage(outgoing({ content: office }), tools);
    const { locationMessage } = tools.baileys.proto.Message.decode(
      tools.baileys.proto.Message.encode(message).finish(),
    );
    expect(locationMessage).toMatchObject({ degreesLatitude: 0, degreesLongitude: -180 });
  });

  it.each([ada, office])('is shown when it is quoted: $type', async (content) => {
    const to = { chatId: '14155551234@c.us', replyTo: null, mentions: null };
    tools.memory.sent.set('3EB01', { ...to, content: content as Contact });
    const { message } = await buildWireMessage(outgoing({ replyTo: 'true_14155551234@c.us_3EB01' }), tools);
    const { quotedMessage } = message.extendedTextMessage!.contextInfo!;
    expect(tools.baileys.getContentType(quotedMessage!)).toBe(`${content.type}Message`);
  });

  it.each([ada, office])('disappears with the chat’s messages: $type', async (content) => {
    tools.settings.timer = { seconds: 86_400, setAt: 0 };
    const { message } = await buildWireMessage(outgoing({ content }), tools);
    const part = message.contactMessage ?? message.locationMessage;
    expect(part?.contextInfo?.expiration).toBe(86_400);
  });

  it.each([ada, office])('is refused for a channel with a final error: $type', async (content) => {
    const chatId = '120363000000000009@newsletter';
    await expect(buildWireMessage(outgoing({ chatId, content }), tools)).rejects.toMatchObject({
      reason: `${content.type}_not_possible_in_channel`,
      mayPass: false,
    });
  });
});
