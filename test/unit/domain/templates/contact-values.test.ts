import fc from 'fast-check';
import { asksForWhatsappName, contactValues } from '../../../../engine/domain/templates/contact-values';
import { render } from '../../../../engine/domain/templates/template';
import { anyCharacter } from '../../../support/any-character';

const facts = { phone: '+14155551234', whatsappName: 'Ada L.' };
const BUILT_IN = '{phone} {mobile} {displayname} {whatsappname}';

test('built-in names stand for the phone and the name on WhatsApp', () => {
  expect(render(BUILT_IN, contactValues(facts, {}))).toEqual({
    text: '+14155551234 +14155551234 Ada L. Ada L.',
    missing: [],
  });
});

test('what is not known is missing', () => {
  expect(render(BUILT_IN, contactValues({ phone: null, whatsappName: null }, {})).missing).toEqual([
    'phone',
    'mobile',
    'displayname',
    'whatsappname',
  ]);
});

test('a variable of the same name wins, in any case, and also an empty one', () => {
  const values = contactValues(facts, { Phone: 'ask the desk', DISPLAYNAME: '' });
  expect(render(BUILT_IN, values)).toEqual({ text: 'ask the desk +14155551234  Ada L.', missing: [] });
});

test('a variable is found under its name in any case', () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,31}$/);
  fc.assert(
    fc.property(name, fc.string({ unit: anyCharacter }), (written, value) => {
      const values = contactValues(facts, { [written]: value });
      for (const token of [written, written.toLowerCase(), written.toUpperCase()])
        expect(render(`<{${token}}>`, values)).toEqual({ text: `<${value}>`, missing: [] });
    }),
  );
});

test('the name on WhatsApp is asked for by two names', () => {
  expect(asksForWhatsappName(['first_name', 'displayname'])).toBe(true);
  expect(asksForWhatsappName(['whatsappname'])).toBe(true);
  expect(asksForWhatsappName(['phone', 'mobile', 'constructor'])).toBe(false);
});
