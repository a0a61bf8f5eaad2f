import { bad, good, type Finding } from './finding';

const OLDEST = [20, 19] as const;

/** @param version such as `20.19.0` */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return good(version);
  return bad(`${version} is too old`, `install Node.js ${OLDEST.join('.')} or newer from https://nodejs.org`);
}
