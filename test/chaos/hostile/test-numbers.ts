/** The sandbox's numbers, except the one that replies STOP, and its group. */
export const TEST_NUMBERS: readonly string[] = [
  ...[1, 2, 3, 4, 6, 7, 8, 9].map((last) => `+1500555000${last}`),
  '+14155550123',
  '120363000000000001@g.us',
];
