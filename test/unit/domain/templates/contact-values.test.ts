import fc from 'fast-check';
import { asksForWhatsappName, contactValues } from '../../../../engine/domain/templates/contact-values';
import {
  readTemplate,
  renderTemplate,
  type TemplateValues,
} from '../../../../engine/domain/templates/template';
import { anyCharacter } from '../../../support/any-character';

const facts = { phone: '+14155551234', whatsappName: 'Ada L.' };
const render = (template: string, known: TemplateValues) => renderTemplate(readTemplate(template), known);
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

it('prefers a variable of the same name, in any case, unless it is blank', () => {
  const values = contactValues(facts, { Phone: 'ask the desk', DISPLAYNAME: ' ' });
  expect(render(BUILT_IN, values)).toEqual({ text: 'ask the desk +14155551234 Ada L. Ada L.', missing: [] });
});

it.each(['', '  ', '\u00a0', '\u200b', '\t\n', '\u2060\ufeff', '\u3164', '\u2800'])(
  'counts the blank value %j as missing, so that a fallback takes its place',
  (blank) => {
    const values = contactValues({ phone: null, whatsappName: blank }, { first_name: blank });
    expect(render('Hi {first_name}{whatsappname}', values).missing).toEqual(['first_name', 'whatsappname']);
    expect(render('Hi {first_name|you}', values)).toEqual({ text: 'Hi you', missing: [] });
  },
);

it('keeps a value with spaces around it as it is', () => {
  expect(render('<{a}>', contactValues(facts, { a: ' x ' })).text).toBe('< x >');
});

it('finds a variable whatever the case of its name', () => {
  const name = fc.stringMatching(/^[A-Za-zØ-öа-яα-ω_][A-Za-z0-9_É]{0,31}$/);
  const text = fc.string({ unit: anyCharacter }).map((value) => `${value}.`);
  fc.assert(
    fc.property(name, text, (written, value) => {
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
