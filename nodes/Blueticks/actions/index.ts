import { message } from './message';
import type { Resource } from './operation';

/** Everything that the node can do. In alphabetical order of their names. */
export const resources: Resource[] = [message];
