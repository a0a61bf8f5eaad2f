import fc from 'fast-check';
import {
  contentFor,
  namesNeeded,
  readCampaignTemplate,
  type CampaignTemplate,
} from '../../../../engine/domain/campaigns/campaign-content';
import { anyCharacter } from '../../../support/any-character';

const values = (record: Record<string, string>) => new Map(Object.entries(record));
const text = (body: string, footer: string | null = null) => ({ text: body, footer, hasMedia: false });
const media = (caption: string | null, footer: string | null = null) => ({
  text: caption,
  footer,
  hasMedia: true,
});

it('appends the footer as its own paragraph, or alone without a caption', () => {
  const whole = (template: CampaignTemplate) => readCampaignTemplate(template).whole;
  expect(whole(text('Hi', 'Reply STOP to end'))).toEqual(['Hi\n\nReply STOP to end']);
  expect(whole(media(null, 'Reply STOP to end'))).toEqual(['Reply STOP to end']);
  expect(whole(media(null))).toEqual([]);
  expect(namesNeeded(readCampaignTemplate(text('{a}', '{B} {a}')))).toEqual(['a', 'b']);
});

describe('contentFor', () => {
  it.each([
    ['all there', text('Hi {a}'), { a: 'Ada' }, 'fail', { ok: true, text: 'Hi Ada' }],
    [
      'missing, fail',
      text('{a} {b} {c}'),
      { b: '' },
      'fail',
      { ok: false, fault: { reason: 'missing_variable', missing: ['a', 'c'] } },
    ],
    ['a fallback, which counts as a value', text('Hi {a|you}'), {}, 'fail', { ok: true, text: 'Hi you' }],
    ['a fallback in a caption', media('{a|you}'), {}, 'skip', { ok: true, text: 'you' }],
    [
      'a text that is too long by its fallback',
      media('{a|you}{b}'),
      { b: 'x'.repeat(1022) },
      'fail',
      { ok: false, fault: { reason: 'invalid_text', length: 1025 } },
    ],
    ['missing, skip', text('{a} {b}'), { b: 'x' }, 'skip', { ok: true, text: '{a} x' }],
    [
      'missing in the footer',
      text('Hi', '{a}'),
      {},
      'fail',
      { ok: false, fault: { reason: 'missing_variable', missing: ['a'] } },
    ],
    [
      'an empty text',
      text('{a}'),
      { a: '' },
      'fail',
      { ok: false, fault: { reason: 'invalid_text', length: 0 } },
    ],
    [
      'an empty text, skip',
      text('{a}'),
      { a: '' },
      'skip',
      { ok: false, fault: { reason: 'invalid_text', length: 0 } },
    ],
    ['an empty caption', media('{a}'), { a: '' }, 'fail', { ok: true, text: null }],
    ['no caption', media(null), {}, 'fail', { ok: true, text: null }],
    [
      'a text at its limit',
      text('{a}'),
      { a: 'x'.repeat(4096) },
      'fail',
      { ok: true, text: 'x'.repeat(4096) },
    ],
    [
      'a text over it',
      text('{a}'),
      { a: 'x'.repeat(4097) },
      'fail',
      { ok: false, fault: { reason: 'invalid_text', length: 4097 } },
    ],
    [
      'a caption at its limit',
      media('{a}'),
      { a: 'x'.repeat(1024) },
      'fail',
      { ok: true, text: 'x'.repeat(1024) },
    ],
    [
      'a caption over it',
      media('{a}'),
      { a: 'x'.repeat(1025) },
      'skip',
      { ok: false, fault: { reason: 'invalid_text', length: 1025 } },
    ],
  ] as const)('%s', (_name, template, known, policy, result) => {
    expect(contentFor(readCampaignTemplate(template), values(known), policy)).toEqual(result);
  });

  it('is 1 to 4096 characters or a fault for any text and values, and skip never reports a missing variable', () => {
    const part = fc.oneof(
      fc.constantFrom('{a}', '{b}', '{{a}}'),
      fc.string({ unit: anyCharacter, maxLength: 900 }),
    );
    const anyText = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(anyText, fc.string({ unit: anyCharacter, maxLength: 1024 }), (body, a) => {
        for (const policy of ['fail', 'skip'] as const) {
          const result = contentFor(readCampaignTemplate(text(body)), values({ a }), policy);
          if (result.ok) {
            expect(result.text!.length).toBeGreaterThanOrEqual(1);
            expect(result.text!.length).toBeLessThanOrEqual(4096);
          } else if (policy === 'skip') expect(result.fault.reason).toBe('invalid_text');
        }
      }),
    );
  });
});
