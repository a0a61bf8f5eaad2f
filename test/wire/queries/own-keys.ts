import { createHash } from 'node:crypto';
import { childOf, node } from '../transport/nodes';
import { Refusal, type Query } from './query';

/** A client's queries about its own keys at the server. */

export const preKeyCount: Query = {
  name: 'prekey-count',
  xmlns: 'encrypt',
  child: 'count',
  answer: (_iq, asker) => [node('count', { value: asker.preKeyCount })],
};

export const preKeyUpload: Query = {
  name: 'prekey-upload',
  xmlns: 'encrypt',
  child: 'list',
  answer: (iq, asker) => {
    asker.takeUpload(iq);
    return undefined;
  },
};

export const preKeyDigest: Query = {
  name: 'digest',
  xmlns: 'encrypt',
  child: 'digest',
  answer: (_iq, asker) => {
    if (!asker.hasKeys) throw new Refusal(404, 'item-not-found');
    const hash = createHash('sha1').update(String(asker.preKeyCount)).digest();
    return [node('digest', {}, [node('hash', {}, hash)])];
  },
};

export const keyRotation: Query = {
  name: 'key-rotation',
  xmlns: 'encrypt',
  child: 'rotate',
  answer: (iq, asker) => {
    const signedPreKey = childOf(childOf(iq, 'rotate'), 'skey');
    if (!signedPreKey) throw new Refusal(400, 'bad-request');
    asker.rotate(signedPreKey);
    return undefined;
  },
};
