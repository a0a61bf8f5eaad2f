import fc from 'fast-check';
import { shapeFault } from '../../../../engine/api/edge/json-shape';

const faultOf = (text: string): string | null => shapeFault(Buffer.from(text));

describe('shapeFault', () => {
  it('finds nothing wrong with any body of ordinary size', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 20 }), (text) => {
        expect(faultOf(text)).toBeNull();
      }),
    );
  });

  it.each(['[', '{"a":', '[{"a":['])('refuses a body that opens %j again and again', (opening) => {
    expect(faultOf(opening.repeat(100_000))).toMatch(/^is nested more than 32 levels deep\./);
  });

  it('accepts 32 levels', () => {
    expect(faultOf('['.repeat(32) + ']'.repeat(32))).toBeNull();
    expect(faultOf('['.repeat(33) + ']'.repeat(33))).toMatch(/nested/);
  });

  it('refuses an object with over 256 fields, wherever it is', () => {
    const object = (fields: number): string =>
      `{${Array.from({ length: fields }, (_, i) => `"f${i}":1`).join(',')}}`;
    expect(faultOf(object(256))).toBeNull();
    expect(faultOf(object(257))).toMatch(/^has an object with more than 256 fields\./);
    expect(faultOf(`{"messages":[{"variables":${object(257)}}]}`)).toMatch(/more than 256 fields/);
    // Each object counts for itself.
    expect(faultOf(`[${object(200)},${object(200)}]`)).toBeNull();
  });

  it('refuses more values than any body has, even in an array', () => {
    expect(faultOf(`[${'1,'.repeat(90_000)}1]`)).toBeNull();
    expect(faultOf(`[${'1,'.repeat(110_000)}1]`)).toMatch(/^has more than 100,000 values\./);
    expect(faultOf(`[${'[],'.repeat(110_000)}1]`)).toMatch(/values/);
  });

  it('does not look into texts', () => {
    const inside = JSON.stringify('[{,'.repeat(300_000) + '"\\');
    expect(faultOf(`{"text":${inside},"more":[${inside}]}`)).toBeNull();
    // A text that never ends hides nothing: the parser refuses it.
    expect(faultOf(`"${'['.repeat(100)}`)).toBeNull();
    expect(faultOf(`"\\\\"${'['.repeat(100)}`)).toMatch(/nested/);
    expect(faultOf(`"\\"${'['.repeat(100)}`)).toBeNull();
  });

  it('works on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect([null, 'string']).toContain(shapeFault(bytes) === null ? null : typeof shapeFault(bytes));
      }),
    );
  });
});
