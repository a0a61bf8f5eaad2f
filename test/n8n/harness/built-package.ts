import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ICredentialType, INodeType } from 'n8n-workflow';

export const DIST = join(__dirname, '..', '..', '..', 'dist');

interface Built {
  Blueticks: new () => INodeType;
  BlueticksTrigger: new () => INodeType;
  BlueticksApi: new () => ICredentialType;
}

/** The classes that n8n loads, from the built package. @throws Error when it was not built */
export function builtPackage(): Built {
  if (!existsSync(join(DIST, 'nodes'))) throw new Error('dist/ is missing: run "npm run build" first.');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- what was built, not the sources
  return require(join(DIST, '..', 'index.js')) as Built;
}
