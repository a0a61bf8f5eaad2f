import {
  hashKey,
  isKeyFormat,
  keyMode,
  keyPrefix,
  parseBearer,
} from '../../../../engine/domain/access/api-key';

const random = 'abcdefghijklmnopqrstuvwxyzABCDEF';
const key = `bt_live_${random}`;

it.each([
  [`Bearer ${key}`, key],
  [`bearer ${key}`, key],
  [`BEARER   ${key} `, key],
  [undefined, null],
  ['', null],
  ['Bearer', null],
  ['Bearer ', null],
  [key, null],
  [`Basic ${key}`, null],
  [`Bearer ${key} more`, null],
  [`XBearer ${key}`, null],
])('the header %j holds %j', (header, token) => {
  expect(parseBearer(header)).toBe(token);
});

it.each([
  [key, 'live'],
  [`bt_test_${random}`, 'test'],
  [`bt_test_${random}_-9`, 'test'],
  [`bt_live_${random.slice(1)}`, null],
  [`bt_demo_${random}`, null],
  [`BT_LIVE_${random}`, null],
  [`bt_live_${random} `, null],
  [`bt_live_${random}\n`, null],
  [` ${key}`, null],
  [`bt_live_${random.replace('a', '/')}`, null],
  [`bt_live_${'a'.repeat(5000)}`, null],
])('%j names the mode %j', (text, mode) => {
  expect(keyMode(text)).toBe(mode);
  expect(isKeyFormat(text)).toBe(mode !== null);
});

it('shows the first 12 characters of a key', () => {
  expect(keyPrefix(key)).toBe('bt_live_abcd');
});

it('stores the SHA-256 of a key in hex', () => {
  // The example of FIPS 180-2, appendix B.1.
  expect(hashKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
