import { checkClock } from './doctor/check-clock';
import { checkDataFolder } from './doctor/check-data-folder';
import { checkDatabase } from './doctor/check-database';
import { checkEncryptionKey } from './doctor/check-encryption-key';
import { checkLock } from './doctor/check-lock';
import { checkNode } from './doctor/check-node';
import { checkPort } from './doctor/check-port';
import { checkRedis } from './doctor/check-redis';
import { bad, reasonOf, type Finding } from './doctor/finding';
import { report } from './doctor/report';
import type { Invocation } from './command';
import { EXIT } from './exit-codes';
import { print, printJson } from './print';
import { findRunningEngine } from './running-engine';

/** `doctor`: looks at everything that a start needs. Fails when anything would keep the engine from working. */
export async function run({ json, config }: Invocation): Promise<number> {
  const engine = await findRunningEngine(config.dataDir);
  // Before the database: opening that takes an abandoned lock over, and then there is nothing to see.
  const lock = await settled('Lock', () => checkLock(config.dataDir, engine));
  const database = await checkDatabase(config, engine);
  const checks: [string, () => Finding | Promise<Finding>][] = [
    ['Node.js', () => checkNode(process.versions.node)],
    ['Data folder', () => checkDataFolder(config.dataDir)],
    ['Lock', () => lock],
    ['Database', () => database.finding],
    ['Redis', () => checkRedis(config.redisUrl)],
    ['Port', () => checkPort(config, engine)],
    ['Clock', () => checkClock(database.aheadMs)],
    ['Encryption key', () => checkEncryptionKey(config, database)],
  ];
  const findings: (Finding & { name: string })[] = [];
  for (const [name, check] of checks) findings.push({ name, ...(await settled(name, check)) });

  const ok = findings.every(({ status }) => status !== 'failed');
  if (json) printJson({ ok, checks: findings });
  else print(report(findings));
  return ok ? EXIT.ok : EXIT.failed;
}

/** One check that breaks must not hide what the others find. */
async function settled(name: string, check: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    return bad(`could not be checked: ${reasonOf(error)}`, `see to that, then run doctor again (${name})`);
  }
}
