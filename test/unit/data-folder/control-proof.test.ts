import {
  Challenges,
  engineProof,
  isEngineProof,
  newNonce,
  toolAuthorization,
} from '../../../engine/data-folder/control-proof';

const TOKEN = 'the-token';
const PATH = '/control/keys';

let now = 1_000_000;
const challenges = new Challenges(TOKEN, () => now);
const ask = (challenge: string, path = PATH, token = TOKEN): string =>
  toolAuthorization(token, challenge, 'POST', path);

describe('a tool that calls the engine', () => {
  it('is accepted once for each challenge', () => {
    const header = ask(challenges.next());
    expect(header).not.toContain(TOKEN);
    expect(challenges.accepts(header, 'POST', PATH)).toBe(true);
    expect(challenges.accepts(header, 'POST', PATH)).toBe(false);
  });

  it('is accepted for the one request that it signed', () => {
    const header = ask(challenges.next());
    expect(challenges.accepts(header, 'GET', PATH)).toBe(false);
    expect(challenges.accepts(header, 'POST', '/control/keys/create')).toBe(false);
    expect(challenges.accepts(header, 'POST', PATH)).toBe(true);
  });

  it('is refused with another token, or after half a minute', () => {
    expect(challenges.accepts(ask(challenges.next(), PATH, 'another'), 'POST', PATH)).toBe(false);
    const late = ask(challenges.next());
    now += 31_000;
    expect(challenges.accepts(late, 'POST', PATH)).toBe(false);
  });

  it('is refused with a challenge that the engine did not make', () => {
    const others = new Challenges('another', () => now);
    const [at, random] = challenges.next().split('.');
    for (const challenge of [others.next(), `${at}.${random}.`, `${Number(at) + 1}.${random}.x`, 'x'])
      expect(challenges.accepts(ask(challenge), 'POST', PATH)).toBe(false);
  });

  it.each([undefined, '', `Bearer ${TOKEN}`, 'Blueticks x', 'Blueticks a.b.c:d'])(
    'is refused with %j',
    (header) => {
      expect(challenges.accepts(header, 'POST', PATH)).toBe(false);
    },
  );
});

describe('an engine that answers a tool', () => {
  it('proves that it knows the token, for this nonce and challenge', () => {
    const [nonce, challenge] = [newNonce(), challenges.next()];
    const proof = engineProof(TOKEN, nonce, challenge);
    expect(isEngineProof(TOKEN, nonce, challenge, proof)).toBe(true);
    expect(isEngineProof(TOKEN, newNonce(), challenge, proof)).toBe(false);
    expect(isEngineProof(TOKEN, nonce, challenges.next(), proof)).toBe(false);
    expect(isEngineProof('another', nonce, challenge, proof)).toBe(false);
  });

  it('cannot use a proof of a tool as its own', () => {
    const challenge = challenges.next();
    const [, proof = ''] = ask(challenge).split(':');
    expect(isEngineProof(TOKEN, 'POST', challenge, proof)).toBe(false);
  });
});
