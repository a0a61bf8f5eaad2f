// Draws docs/pacing.svg anew: node test/simulation/draw-pacing.mjs
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
require('../support/servers/typescript-hook.cjs');
const { playFreshNumber } = require('./fresh-number.ts');
const { plotOf } = require('./pacing-plot.ts');

const file = fileURLToPath(new URL('../../docs/pacing.svg', import.meta.url));
writeFileSync(file, plotOf(playFreshNumber()));
console.log(`wrote ${file}`);
