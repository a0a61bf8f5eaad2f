import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * How an engine and a tool on its machine prove to each other that they know the control token of the data folder. The
 * token itself is never sent: the engine may have been killed, and a stranger may listen on its port.
 *
 *     tool:   GET /control/challenge?nonce=…          a fresh nonce
 *     engine: { challenge, proof }                    fresh too; the tool goes on only if the proof is right
 *     tool:   Authorization: Blueticks challenge:proof   for one request, with its method and path
 */
export const CHALLENGE_PATH = '/control/challenge';

const SCHEME = 'Blueticks';
const HEADER = /^Blueticks ([\w.-]{1,200}):([\w-]{43})$/;
const NONCE = /^[\w-]{22,64}$/;
const VALID_MS = 30_000;

/** Makes a nonce of 128 bits. */
export const newNonce = (): string => randomBytes(16).toString('base64url');

export const isNonce = (text: string): boolean => NONCE.test(text);

/** What the engine shows to a tool. */
export function engineProof(token: string, nonce: string, challenge: string): string {
  return mac(token, 'engine', nonce, challenge);
}

/** Whether the engine that answered knows the token. */
export function isEngineProof(token: string, nonce: string, challenge: string, proof: string): boolean {
  return areEqual(proof, engineProof(token, nonce, challenge));
}

/**
 * The `Authorization` header of one request to the engine.
 * @param path as it is sent, with its query
 */
export function toolAuthorization(token: string, challenge: string, method: string, path: string): string {
  return `${SCHEME} ${challenge}:${toolProof(token, challenge, method, path)}`;
}

function toolProof(token: string, challenge: string, method: string, path: string): string {
  return mac(token, 'tool', challenge, method, path);
}

/** The engine's side: hands out challenges, and accepts each once. It stores only those that were used. */
export class Challenges {
  private readonly used = new Map<string, number>();

  constructor(
    private readonly token: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** Anyone may ask for any number of them: a challenge carries its own proof that we made it. */
  next(): string {
    const text = `${this.now()}.${newNonce()}`;
    return `${text}.${mac(this.token, 'challenge', text)}`;
  }

  /** Whether a request's `Authorization` header was made for this request, by someone who knows the token. */
  accepts(header: string | undefined, method: string, path: string): boolean {
    const [, challenge, proof] = HEADER.exec(header ?? '') ?? [];
    if (challenge === undefined || proof === undefined) return false;
    if (!areEqual(proof, toolProof(this.token, challenge, method, path))) return false;
    return this.isFresh(challenge);
  }

  private isFresh(challenge: string): boolean {
    const now = this.now();
    for (const [old, until] of this.used) if (until < now) this.used.delete(old);
    const [at = '', random = '', signature = ''] = challenge.split('.');
    const until = Number(at) + VALID_MS;
    if (!areEqual(signature, mac(this.token, 'challenge', `${at}.${random}`)) || until < now) return false;
    if (this.used.has(challenge)) return false;
    this.used.set(challenge, until);
    return true;
  }
}

function mac(token: string, ...parts: string[]): string {
  // JSON keeps the parts apart: no two lists of parts have the same text.
  return createHmac('sha256', token).update(JSON.stringify(parts)).digest('base64url');
}

function areEqual(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
