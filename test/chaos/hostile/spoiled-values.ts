import type { SeededRandom } from '../seeded-random';

/** Values that have broken programs before, each as it is written in JSON. */
const SPOILED: readonly string[] = [
  ...[
    'null',
    'true',
    'false',
    '0',
    '-1',
    '1.5',
    '1e308',
    '-1e308',
    '1e999',
    '9007199254740993',
    '[]',
    '{}',
    '""',
  ],
  ...[
    '" "',
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"\\udfff\\ud800"',
    '"\\u202eabc"',
    '"\\u200b"',
    '"👩‍👩‍👧‍👦"',
  ],
  ...['"../../../etc/passwd"', '"%00"', '"%s%n%x"', '"\\r\\nx-injected: 1"', '"<script>alert(1)</script>"'],
  ...[
    '"\'; DROP TABLE messages; --"',
    '"\\\\"',
    '"{{first_name}}"',
    '"{a|{b}|\\\\"',
    '"{first_name|"',
    '"$1"',
  ],
  ...[
    '"2026-02-30T10:00:00Z"',
    '"9999-12-31T23:59:60Z"',
    '"-271821-04-20T00:00:00Z"',
    '"P99999999D"',
    '"0000-00-00"',
  ],
  ...['"FREQ=SECONDLY;COUNT=99999999"', '"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"', '"FREQ=DAILY;INTERVAL=0"'],
  ...['"+999999999999999999"', '"+1"', '"@g.us"', '"1@c.us@c.us"', '"status@broadcast"', '"0@newsletter"'],
  ...[
    '"http://169.254.169.254/"',
    '"file:///etc/passwd"',
    '"https://[::1]/"',
    '"javascript:alert(1)"',
    '"//"',
  ],
  ...[
    '{"__proto__":{"a":1}}',
    '{"constructor":{"prototype":{}}}',
    '{"toString":1}',
    '[[[[[[[[[[[]]]]]]]]]]]',
  ],
];

/** One of them, or something long or deep, as JSON. */
export function spoiledValue(random: SeededRandom): string {
  if (random.happens(0.9)) return random.pick(SPOILED);
  const size = Math.floor(random.between(1, 3) ** 8);
  return random.pick([
    `"${'x'.repeat(size)}"`,
    `"${'{a}'.repeat(size)}"`,
    `[${'1,'.repeat(size)}1]`,
    '['.repeat(size) + ']'.repeat(size),
    `{${Array.from({ length: size }, (_, i) => `"k${i}":0`).join(',')}}`,
  ]);
}

/** Bytes without any sense. */
export function randomBytes(random: SeededRandom, most: number): Buffer {
  return Buffer.from(
    Array.from({ length: Math.floor(random.between(0, most)) }, () => random.between(0, 256)),
  );
}
