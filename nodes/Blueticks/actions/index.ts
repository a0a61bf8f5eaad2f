import { audience } from './audience';
import { campaign } from './campaign';
import { contact } from './contact';
import { message } from './message';
import { optOut } from './opt-out';
import type { Resource } from './operation';
import { sequence } from './sequence';
import { session } from './session';

/** Everything that the node can do. In alphabetical order of their names. */
export const resources: Resource[] = [audience, campaign, contact, message, optOut, sequence, session];
