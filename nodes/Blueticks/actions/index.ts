import { audience } from './audience';
import { campaign } from './campaign';
import { chat } from './chat';
import { contact } from './contact';
import { group } from './group';
import { message } from './message';
import { optOut } from './opt-out';
import type { Resource } from './operation';
import { person } from './person';
import { recurrence } from './recurrence';
import { sequence } from './sequence';
import { session } from './session';

/** Everything the node can do, in alphabetical order. */
export const resources: Resource[] = [
  audience,
  campaign,
  chat,
  contact,
  group,
  message,
  optOut,
  person,
  recurrence,
  sequence,
  session,
];
