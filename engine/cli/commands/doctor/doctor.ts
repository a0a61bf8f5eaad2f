import { findRunningEngine } from '../../../data-folder/running-engine';
import type { Invocation } from '../../command';
import { EXIT } from '../../exit-codes';
import { print, printJson } from '../../output';
import { checkDataFolder, checkLock } from './check-data-folder';
import { checkDatabase } from './check-database';
import { checkEncryptionKey } from './check-encryption-key';
import { checkClock, checkNode } from './check-machine';
import { checkNumbers, numbersOfEngine, type NumberSource } from './check-numbers';
import { checkPort } from './check-port';
import { checkSize, sizesOfEngine } from './check-size';
import { checkRedis } from './check-redis';
import { storedNumbers } from './stored-numbers';
import { bad, reasonOf, report, type Finding, type NamedFinding } from './finding';

/** `doctor`: checks everything that a start needs. Fails if anything would keep the engine from working. */
export async function run({ json, config }: Invocation): Promise<number> {
  const engine = await findRunningEngine(config.dataDir);
  // Before the database: opening that one takes over an abandoned lock, which then could no longer be seen.
  const lock = await settled('Lock', () => checkLock(config.dataDir, engine));
  const database = await checkDatabase(config, engine);
  const sizes = engine ? await sizesOfEngine(engine) : database.sizes;
  const checks: [string, () => Finding | Promise<Finding>][] = [
    ['Node.js', () => checkNode(process.versions.node)],
    ['Data folder', () => checkDataFolder(config.dataDir)],
    ['Lock', () => lock],
    ['Database', () => database.finding],
    ['Size', () => checkSize(sizes)],
    ['Redis', () => checkRedis(config.redisUrl)],
    ['Port', () => checkPort(config, engine)],
    ['Clock', () => checkClock(database.aheadMs)],
    ['Encryption key', () => checkEncryptionKey(config, database)],
  ];
  const findings: NamedFinding[] = [];
  for (const [name, check] of checks) findings.push({ name, ...(await settled(name, check)) });
  findings.push(
    ...(await numberFindings(engine ? numbersOfEngine(engine) : storedNumbers(config, database))),
  );

  const ok = findings.every(({ status }) => status !== 'failed');
  if (json) printJson({ ok, checks: findings.map(asJson), tables: sizes });
  else print(report(findings));
  return ok ? EXIT.ok : EXIT.failed;
}

/** Scripts read the fix under the name that it has had from the start. */
function asJson({ name, status, detail, fix }: NamedFinding): object {
  return { name, status, detail, mend: fix }; // plain-english: allow
}

async function numberFindings(source: NumberSource | null): Promise<NamedFinding[]> {
  try {
    return await checkNumbers(source);
  } catch (error) {
    const finding = bad(`could not be checked: ${reasonOf(error)}`, 'Solve that, then run doctor again.');
    return [{ name: 'Linked numbers', ...finding }];
  }
}

/** A check that breaks must not hide what the others find. */
async function settled(name: string, check: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    return bad(`could not be checked: ${reasonOf(error)}`, `Solve that, then run doctor again (${name}).`);
  }
}
