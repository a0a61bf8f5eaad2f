// node .ci/complete-lock.mjs [package-lock.json] — run it after every npm install that changed the lock file.
// Some npm registries do not mirror packages that are for other platforms. npm then leaves these optional packages out
// of the lock file, and `npm ci` refuses it everywhere ("Missing: … from lock file"). Their parents name them in exact
// versions, and their names say their platform: that is all that a lock file needs, so it is written in here.
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.argv[2] ?? 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8'));
const { packages } = lock;

const OS = /(?:^|[-_/])(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)(?:$|[-_])/;
const CPU = /(?:^|[-_])(arm64|arm|ia32|x64|x86|ppc64|riscv64|s390x|loong64|mips64el|wasm32)(?:$|[-_])/;
/** Those whose names do not tell, and those that are asked for by a range. */
const KNOWN = { fsevents: { version: '2.3.3', os: ['darwin'] } };

/** Whether node finds `name` from the package at `path`. */
function isLocked(path, name) {
  for (let from = path; ; from = from.slice(0, Math.max(from.lastIndexOf('/node_modules/'), 0))) {
    if (packages[`${from}${from && '/'}node_modules/${name}`]) return true;
    if (from === '') return false;
  }
}

function describe(name, range) {
  const known = KNOWN[name] ?? {};
  const version = known.version ?? range;
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) throw new Error(`${name}@${range}: which version is that?`);
  const os = known.os?.[0] ?? OS.exec(name)?.[1];
  const cpu = CPU.exec(name)?.[1].replace('x86', 'ia32');
  if (!os && !cpu) throw new Error(`${name}@${range}: which platform is that for?`);
  return { version, ...(cpu ? { cpu: [cpu] } : {}), optional: true, ...(os ? { os: [os] } : {}) };
}

const added = [];
for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
  for (const [name, range] of Object.entries(optionalDependencies)) {
    if (isLocked(path, name)) continue;
    packages[`node_modules/${name}`] = { ...describe(name, range), ...(dev ? { dev: true } : {}) };
    added.push(`${name}@${range}`);
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length > 0 ? `Added ${added.join(', ')}` : 'The lock file is complete.');
