/** A contact, as a phone reads it from a vCard. */
export interface ContactCard {
  readonly name: string;
  readonly organization?: string;
  readonly phones: readonly CardPhone[];
}

export interface CardPhone {
  readonly number: string;
  /** The digits of an account. With them, the phone shows a button to write to it. */
  readonly account?: string;
}

const LINE = /^(?<property>[A-Z]+)(?<parameters>(?:;[A-Za-z]+=[^;:]+)*):(?<value>[^]*)$/;

/** Reads a vCard 3.0 (RFC 2426). @throws Error if it is not well-formed. */
export function readVcard(vcard: string): ContactCard {
  const lines = vcard.split(/\r?\n/).map((line) => {
    const { property = '', parameters = '', value = '' } = LINE.exec(line)?.groups ?? {};
    if (!property) throw new Error(`Not a line of a vCard: ${line}`);
    return { property, parameters, value };
  });
  const [first, version] = lines;
  const last = lines.at(-1);
  if (first?.value !== 'VCARD' || version?.value !== '3.0' || last?.property !== 'END') {
    throw new Error(`Not a vCard 3.0: ${vcard}`);
  }
  const values = (wanted: string) => lines.filter(({ property }) => property === wanted);
  const [name] = values('FN');
  const [parts] = values('N');
  if (!name || !parts) throw new Error('A vCard needs FN and N.');
  if (fields(parts.value).length !== 5) throw new Error(`N needs five parts: ${parts.value}`);
  const [organization] = values('ORG');
  return {
    name: unescaped(name.value),
    ...(organization ? { organization: fields(organization.value)[0] } : {}),
    phones: values('TEL').map(({ value, parameters }) => {
      const account = /;waid=(\d+)/.exec(parameters)?.[1];
      return { number: value, ...(account ? { account } : {}) };
    }),
  };
}

/** A character that no odd number of backslashes escapes follows this. */
const PLAIN = String.raw`(?<=(?:^|[^\\])(?:\\\\)*)`;

/** The parts of a value, which are separated by semicolons. */
const fields = (value: string): string[] => value.split(new RegExp(`${PLAIN};`)).map(unescaped);

function unescaped(value: string): string {
  if (new RegExp(`${PLAIN}(?:[,;]|\\\\(?![\\\\,;n]))`).test(value))
    throw new Error(`Badly escaped: ${value}`);
  return value.replace(/\\([\\,;n])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}
