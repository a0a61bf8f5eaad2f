// Draws docs/pacing.svg and docs/several-numbers.svg anew: node test/simulation/draw-pacing.mjs
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
require('../support/servers/typescript-hook.cjs');
const { playFreshNumber } = require('./fresh-number.ts');
const { plotOf } = require('./pacing-plot.ts');
const { playThreeNumbers } = require('./three-numbers.ts');
const { plotOfThree } = require('./three-numbers-plot.ts');

const plots = {
  'pacing.svg': plotOf(playFreshNumber()),
  'several-numbers.svg': plotOfThree(playThreeNumbers()),
};
for (const [name, plot] of Object.entries(plots)) {
  const file = fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
  writeFileSync(file, plot);
  console.log(`wrote ${file}`);
}
