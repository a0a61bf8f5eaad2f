import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Kind } from '../../../../../engine/transport/baileys/inbound/kinds/kind';
import { MESSAGE_KINDS } from '../../../../../engine/transport/baileys/inbound/kinds/message-kinds';
import { PROTOCOL_KINDS } from '../../../../../engine/transport/baileys/inbound/kinds/protocol-kinds';
import { hasUnknownKind } from '../../../../../engine/transport/baileys/inbound/unknown-kinds';
import { fromAda, madeInbound, type MadeInbound } from './made-inbound';

const kinds = Object.entries(MESSAGE_KINDS) as [string, Kind<never>][];
const named = (is: Kind<never>['is']) => kinds.filter(([, kind]) => kind.is === is).map(([name]) => name);

/** The fields of a protobufjs class, and those among them that hold messages of WhatsApp's `Message`. */
function fieldsOf(type: { prototype: object }): string[] {
  return Object.keys(type.prototype).filter((name) => !/^[$_]|^(constructor|toJSON)$/.test(name));
}

describe('the table of kinds', () => {
  let tools: MadeInbound;
  beforeAll(async () => void (tools = await madeInbound()));

  it('has every kind of message that Baileys knows, and no other', () => {
    const known = fieldsOf(tools.baileys.proto.Message);
    expect(known.length).toBeGreaterThan(90);
    expect({ missing: known.filter((name) => !Object.hasOwn(MESSAGE_KINDS, name)) }).toEqual({ missing: [] });
    expect({ gone: Object.keys(MESSAGE_KINDS).filter((name) => !known.includes(name)) }).toEqual({
      gone: [],
    });
  });

  it('has every type of protocol message that Baileys knows, and no other', () => {
    const { Type } = tools.baileys.proto.Message.ProtocolMessage;
    const known = Object.keys(Type).filter((name) => Number.isNaN(Number(name)));
    expect(Object.keys(PROTOCOL_KINDS).sort()).toEqual(known.sort());
  });

  it('names as wrappers exactly the kinds with a message inside', () => {
    const { Message } = tools.baileys.proto;
    const inside = (name: string): boolean => {
      const message = { [name]: { message: { conversation: 'hi' } } };
      const wired = Message.decode(Message.encode(Message.fromObject(message)).finish());
      const part = wired[name as keyof typeof wired] as { message?: { conversation?: string } } | null;
      return part?.message?.conversation === 'hi';
    };
    const objects = fieldsOf(Message).filter((name) => name !== 'conversation');
    const holding = objects.filter(inside).filter((name) => name !== 'commentMessage');
    expect(named('wrapper').sort()).toEqual(holding.sort());
  });

  it('is the table in the documentation', () => {
    const page = readFileSync(join(__dirname, '../../../../../docs/received-messages.md'), 'utf8');
    const rows = (text: string) =>
      [...text.matchAll(/^\| (.+) \|$/gm)].map(([, row]) => row!.split(' | ').map((cell) => cell.trim()));
    const shown = rows(page).map((row) => row.join(' | '));
    const lacking = new Set(
      kinds.flatMap(([, kind]) => {
        if (kind.is === 'told')
          return `${kind.what} | \`message.received\` | \`${kind.type}\` | ${kind.text}`;
        if (kind.is === 'act') return `${kind.what} | \`${kind.event}\` |  | ${kind.text}`;
        return kind.is === 'silent' ? kind.what : [];
      }),
    );
    for (const row of shown) lacking.delete(row);
    for (const line of page.matchAll(/^- (.+)$/gm)) lacking.delete(line[1]!);
    expect([...lacking]).toEqual([]);
  });

  it('tells of whatever has content, and of nothing that nobody wrote', async () => {
    const { Message } = tools.baileys.proto;
    const wrappers = fc.array(fc.constantFrom(...named('wrapper')), { maxLength: 3 });
    const beside = fc.subarray(named('silent').filter((name) => !/^messageContext|Message$/.test(name)));
    const wrap = (inner: object, around: string[]): object =>
      around.reduce((message, name) => ({ [name]: { message } }), inner);
    const read = (message: object) => fromAda(tools, Message.fromObject(message));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...kinds), wrappers, beside, async ([name, kind], around, also) => {
        if (kind.is === 'wrapper') return;
        const silent = Object.fromEntries(also.map((other) => [other, {}]));
        const content = name === 'conversation' ? 'hi' : {};
        const inbound = await read(wrap({ ...silent, [name]: content }, around));
        if (kind.is === 'silent') expect(inbound).toBeNull();
        if (kind.is === 'told') expect(inbound).toMatchObject({ kind: 'message', id: '3A01' });
      }),
      { numRuns: 500 },
    );
  });

  it('tells of kinds that Baileys does not know, in any wrapper', async () => {
    const { Message } = tools.baileys.proto;
    const highest = 130;
    const number = fc.integer({ min: highest, max: 200_000 });
    const tagOf = (field: number) => {
      const bytes = [];
      for (let rest = field * 8 + 2; ; rest = Math.floor(rest / 128)) {
        bytes.push(rest < 128 ? rest : (rest % 128) + 128);
        if (rest < 128) return bytes;
      }
    };
    fc.assert(
      fc.property(
        number,
        fc.uint8Array({ maxLength: 20 }),
        fc.integer({ max: 3, min: 0 }),
        (field, body, depth) => {
          let bytes = Buffer.from([...tagOf(field), body.length, ...body]);
          for (let level = 0; level < depth; level += 1) {
            // A wrapper is a field with a message in its own first field.
            const inner = Buffer.from([...tagOf(1), bytes.length, ...bytes]);
            const wrapped = Message.encode({ ephemeralMessage: { message: {} } }).finish();
            bytes = Buffer.from([...wrapped.subarray(0, wrapped.length - 3), inner.length, ...inner]);
          }
          expect(hasUnknownKind(bytes, tools.baileys)).toBe(true);
        },
      ),
    );
  });

  it('knows every kind that Baileys knows', () => {
    const { Message } = tools.baileys.proto;
    for (const name of fieldsOf(Message)) {
      const content = name === 'conversation' ? 'hi' : {};
      const bytes = Message.encode(Message.fromObject({ [name]: content })).finish();
      expect({ name, unknown: hasUnknownKind(bytes, tools.baileys) }).toEqual({ name, unknown: false });
    }
  });
});
