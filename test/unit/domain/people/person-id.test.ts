import fc from 'fast-check';
import { NUMBER_RULES, numberForms } from '../../../../engine/domain/people/number-forms';
import { exactWhoOf, personIdOf, whoOf } from '../../../../engine/domain/people/person-id';

describe('who a chat id stands for', () => {
  it.each([
    ['Brazil', '5511987654321@c.us', '551187654321@c.us'],
    ['Mexico', '5215512345678@c.us', '525512345678@c.us'],
    ['Argentina', '5491144445555@c.us', '541144445555@c.us'],
  ])('is one person for both forms of a number (%s)', (_country, one, other) => {
    expect(whoOf('live', one)).toBe(whoOf('live', other));
    expect(whoOf('live', one)).toMatch(/^per_[0-9a-f]{26}$/);
    expect(exactWhoOf('live', one)).not.toBe(exactWhoOf('live', other));
  });

  it('is another person in the other mode, and for another number', () => {
    const ids = [whoOf('live', '14155551234@c.us'), whoOf('test', '14155551234@c.us')];
    expect(new Set([...ids, whoOf('live', '14155551235@c.us'), whoOf('live', '14155551234@lid')]).size).toBe(
      4,
    );
  });

  it('is the chat itself for a group or channel', () => {
    expect(whoOf('live', '120363000000000001@g.us')).toBe('120363000000000001@g.us');
    expect(personIdOf(whoOf('live', '120363000000000001@newsletter'))).toBeNull();
  });

  it('has the same forms from whichever form one begins', () => {
    const digits = fc.oneof(
      fc.tuple(fc.constantFrom('55', '52', '521', '54', '549', '1', '39'), fc.stringMatching(/^\d{8,11}$/)),
      fc.tuple(fc.constantFrom('5511', '55119', '52155'), fc.stringMatching(/^[1-9]\d{7}$/)),
    );
    fc.assert(
      fc.property(digits, ([prefix, rest]) => {
        const forms = numberForms(prefix + rest);
        for (const form of forms) expect(new Set(numberForms(form))).toEqual(new Set(forms));
      }),
      { numRuns: 1000 },
    );
  });

  it('names a source for every rule', () => {
    for (const { source } of NUMBER_RULES) expect(source.length).toBeGreaterThan(10);
  });
});
