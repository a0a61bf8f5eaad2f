import type { BinaryNode } from '../baileys';
import type { ServerCertificate } from '../transport/server-certificate';
import type { Linking } from '../linking/linking';
import type { MediaHost } from '../media/media-host';
import type { Companion } from './companion';
import type { Directory } from './directory';
import type { Faults } from './faults';
import type { PostOffice } from './post-office';

/** What the parts of the server share. */
export interface World {
  readonly certificate: ServerCertificate;
  readonly directory: Directory;
  readonly faults: Faults;
  readonly linking: Linking;
  readonly media: MediaHost;
  readonly post: PostOffice;
  /** Called with every stanza of a companion before it is handled. */
  watch(stanza: BinaryNode, from: Companion): void;
  /** Records something that WhatsApp's server would refuse, or that the simulator does not know. */
  complain(what: string): void;
}

/** The time in the form of stanzas. */
export const secondsNow = (): number => Math.floor(Date.now() / 1000);
