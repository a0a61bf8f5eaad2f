import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ICredentialType, INodeType } from 'n8n-workflow';

export const DIST = join(__dirname, '..', '..', '..', 'dist');

interface Built {
  Blueticks: new () => INodeType;
  BlueticksTrigger: new () => INodeType;
  BlueticksApi: new () => ICredentialType;
}

/** The classes n8n loads, from the built package. @throws Error if it was not built */
export function builtPackage(): Built {
  if (!existsSync(join(DIST, 'nodes'))) throw new Error('dist/ is missing. Run "npm run build" first.');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the built files, not the sources
  return require(join(DIST, '..', 'index.js')) as Built;
}
