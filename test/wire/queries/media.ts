import { node } from '../transport/nodes';
import type { Query } from './query';

const SECONDS_VALID = 3600;
const LARGEST_UPLOAD = 100 * 1024 * 1024;

/** Where to upload media, and the password for it. */
export const media: Query = {
  name: 'media',
  xmlns: 'w:m',
  child: 'media_conn',
  answer: (_iq, _asker, { media: host }) => {
    const hosts = [node('host', { hostname: host.hostname, maxContentLengthBytes: LARGEST_UPLOAD })];
    return [node('media_conn', { auth: host.password, ttl: SECONDS_VALID }, hosts)];
  },
};
