import { newMessageRow } from '../../../engine/changes/new-message-row';
import { askedTyping, typingTime } from '../../../engine/pacing/typing';
import type { MessageRow } from '../../../engine/store/tables/messages';
import type { Content } from '../../../engine/transport/transport';

const now = new Date();
const message = (fields: Partial<MessageRow> = {}): MessageRow =>
  newMessageRow({
    ...{ mode: 'test', session_id: 'ses_1', from_phone: null, recipient: '+14155551234', who: 'per_1' },
    ...{ chat_id: '14155551234@c.us', type: 'text', priority: 1, due_at: now, created_at: now },
    ...fields,
  });
const text = (length: number): Content => ({ type: 'text', text: 'x'.repeat(length), linkPreview: false });
const voice = { url: null, file_id: null, kind: 'voice', caption: null, filename: null };

describe('the typing of a session', () => {
  it.each([
    [1, 1_000],
    [50, 3_000],
    [4_096, 6_000],
  ])('of %i characters takes %i ms', (length, ms) => {
    expect(typingTime(message(), text(length))).toBe(ms);
  });

  it.each<Partial<MessageRow>>([
    { chat_id: '120363000000000001@g.us' },
    { priority: 0 },
    { typing_seconds: 0 },
    { typing_seconds: 5 },
  ])('is not for %j', (fields) => {
    expect(typingTime(message(fields), text(50))).toBe(0);
  });
});

describe('the typing that a message asks for', () => {
  it.each<[Partial<MessageRow>, ReturnType<typeof askedTyping>]>([
    [{}, null],
    [{ typing_seconds: 0 }, null],
    [{ typing_seconds: 2.5 }, { ms: 2_500, kind: 'text' }],
    [
      { typing_seconds: 25, priority: 0, chat_id: '120363000000000001@g.us' },
      { ms: 25_000, kind: 'text' },
    ],
    [
      { typing_seconds: 3, type: 'media', media: voice },
      { ms: 3_000, kind: 'voice' },
    ],
    [
      { typing_seconds: 3, type: 'media', media: { ...voice, kind: 'audio' } },
      { ms: 3_000, kind: 'text' },
    ],
    [{ typing_seconds: 3, chat_id: '120363000000000001@newsletter' }, null],
  ])('of %j', (fields, expected) => {
    expect(askedTyping(message(fields))).toEqual(expected);
  });
});
