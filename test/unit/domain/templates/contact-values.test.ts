import fc from 'fast-check';
import { asksForWhatsappName, contactValues } from '../../../../engine/domain/templates/contact-values';
import { render } from '../../../../engine/domain/templates/template';
import { anyCharacter } from '../../../support/any-character';

const facts = { phone: '+14155551234', whatsappName: 'Ada L.' };
const BUILT_IN = '{phone} {mobile} {displayname} {whatsappname}';

it('offers the phone and the WhatsApp name under built-in names', () => {
  expect(render(BUILT_IN, contactValues(facts, {}))).toEqual({
    text: '+14155551234 +14155551234 Ada L. Ada L.',
    missing: [],
  });
});

it('leaves out what is not known', () => {
  expect(render(BUILT_IN, contactValues({ phone: null, whatsappName: null }, {})).missing).toEqual([
    'phone',
    'mobile',
    'displayname',
    'whatsappname',
  ]);
});

it('prefers a variable of the same name, in any case, even if it is empty', () => {
  const values = contactValues(facts, { Phone: 'ask the desk', DISPLAYNAME: '' });
  expect(render(BUILT_IN, values)).toEqual({ text: 'ask the desk +14155551234  Ada L.', missing: [] });
});

it('finds a variable whatever the case of its name', () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,31}$/);
  fc.assert(
    fc.property(name, fc.string({ unit: anyCharacter }), (written, value) => {
      const values = contactValues(facts, { [written]: value });
      for (const token of [written, written.toLowerCase(), written.toUpperCase()])
        expect(render(`<{${token}}>`, values)).toEqual({ text: `<${value}>`, missing: [] });
    }),
  );
});

it('knows the two names that need the WhatsApp name', () => {
  expect(asksForWhatsappName(['first_name', 'displayname'])).toBe(true);
  expect(asksForWhatsappName(['whatsappname'])).toBe(true);
  expect(asksForWhatsappName(['phone', 'mobile', 'constructor'])).toBe(false);
});
