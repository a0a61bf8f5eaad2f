import { setTimeout as sleep } from 'node:timers/promises';
import type { BinaryNode } from '../baileys';
import type { Companion } from '../server/companion';
import type { World } from '../server/world';
import { childrenOf, node } from '../transport/nodes';
import { appState } from './app-state';
import { defaultTimers } from './default-timers';
import { groups } from './groups';
import { keyRotation, preKeyCount, preKeyDigest, preKeyUpload } from './own-keys';
import { media } from './media';
import { mex } from './mex';
import { passive } from './passive';
import { prekeys } from './prekeys';
import { blocklist, clean, picture, ping, privacy, props, tokens } from './plain-answers';
import { Refusal, type Query } from './query';
import { unlink } from './unlink';
import { usync } from './usync';

const QUERIES: readonly Query[] = [
  ping,
  defaultTimers,
  usync,
  prekeys,
  preKeyCount,
  preKeyUpload,
  preKeyDigest,
  keyRotation,
  passive,
  props,
  tokens,
  privacy,
  blocklist,
  appState,
  groups,
  media,
  mex,
  unlink,
  clean,
  picture,
];

/** Answers an `<iq>` of a logged-in companion, unless a fault is planned for it. */
export async function answerQuery(iq: BinaryNode, asker: Companion, world: World): Promise<void> {
  if (iq.attrs.type === 'result') return;
  const query = QUERIES.find((known) => isOf(known, iq));
  if (!query) {
    world.complain(`Unknown query: ${iq.attrs.xmlns} <${childrenOf(iq)[0]?.tag}>`);
    return asker.send(refused(iq, 501, 'feature-not-implemented'));
  }
  const fault = asker.person.faults.takeQueryFault(query.name) ?? world.faults.takeQueryFault(query.name);
  if (fault?.do === 'lose') return;
  if (fault?.do === 'refuse') return asker.send(refused(iq, fault.code, 'planned'));
  if (fault?.do === 'drop') {
    await query.answer(iq, asker, world);
    return asker.link?.drop();
  }
  if (fault?.do === 'delay') await sleep(fault.ms, undefined, { ref: false });
  await answer(query, iq, asker, world);
}

function isOf(query: Query, iq: BinaryNode): boolean {
  const { xmlns, child } = query;
  if (iq.attrs.xmlns !== xmlns || (child !== undefined && childrenOf(iq, child).length === 0)) return false;
  return query.matches?.(iq) ?? true;
}

async function answer(query: Query, iq: BinaryNode, asker: Companion, world: World): Promise<void> {
  try {
    const content = await query.answer(iq, asker, world);
    asker.send(node('iq', { id: iq.attrs.id, type: 'result', from: iq.attrs.to }, content));
    query.afterwards?.(iq, asker, world);
  } catch (error) {
    if (!(error instanceof Refusal)) world.complain(`Could not answer ${query.name}: ${String(error)}`);
    const code = error instanceof Refusal ? error.code : 500;
    asker.send(refused(iq, code, error instanceof Error ? error.message : 'internal'));
  }
}

const refused = (iq: BinaryNode, code: number, text: string): BinaryNode =>
  node('iq', { id: iq.attrs.id, type: 'error', from: iq.attrs.to }, [node('error', { code, text })]);
