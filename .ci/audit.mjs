// Asks the registry for known vulnerabilities in what users install, and fails for serious ones. A registry that has no
// such service (a mirror, for example) is no reason to fail: then this says so.
import { spawnSync } from 'node:child_process';

const SERIOUS = ['high', 'critical'];

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
const report = read(stdout);
if (!report?.vulnerabilities) {
  console.log(
    `audit: skipped, because the registry did not answer${report?.message ? ` (${report.message})` : ''}`,
  );
} else {
  const found = Object.values(report.vulnerabilities);
  const serious = found.filter(({ severity }) => SERIOUS.includes(severity));
  for (const { name, severity, via, fixAvailable } of found) {
    const titles = via.map((cause) => cause.title ?? cause).join('; ');
    console.log(`audit: ${severity} in ${name}: ${titles}${fixAvailable ? ' (a fix is available)' : ''}`);
  }
  console.log(`audit: ${found.length} known vulnerabilities, ${serious.length} of them serious`);
  if (serious.length > 0) process.exitCode = 1;
}

function read(json) {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
