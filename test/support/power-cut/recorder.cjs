/*
 * Preloaded with `node -r` into a process, and by Node into each of its threads: records what they change on the disk
 * below POWER_CUT_ROOT (if that is empty, nothing), in order, with what they sync, in the file POWER_CUT_JOURNAL.
 * journal.ts reads it.
 *
 * The journal is one file that all threads append to, each step as one write, so it has the order in which things
 * happened. A sync is two steps, because it covers only what was there when it began.
 */
const fs = require('node:fs');
const { join, resolve } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { isMainThread, threadId } = require('node:worker_threads');

let root;
let journal;
/** How long a sync takes, since a file system in memory takes no time. */
const SYNC_MS = Number(process.env.POWER_CUT_SYNC_MS ?? 0);

const real = { ...fs };
const realPromises = { ...fs.promises };

/** One step: the length of its description, the description in JSON, and its bytes. */
function record(step, bytes = Buffer.alloc(0)) {
  const content = isZero(bytes) ? Buffer.alloc(0) : bytes;
  const text = Buffer.from(JSON.stringify({ ...step, length: bytes.length, zero: content !== bytes }));
  const head = Buffer.alloc(8);
  head.writeUInt32LE(text.length, 0);
  head.writeUInt32LE(content.length, 4);
  real.writeSync(journal, Buffer.concat([head, text, content]));
}

function isZero(bytes) {
  return bytes.length > 0 && bytes[0] === 0 && bytes.every((byte) => byte === 0);
}

const isOurs = (path) =>
  root !== undefined && typeof path === 'string' && (path === root || path.startsWith(`${root}/`));
const nameOf = (path) => resolve(String(path)).slice(root.length + 1);
const isThere = (path) => real.lstatSync(path, { throwIfNoEntry: false });

/** The file of a descriptor, which may be another thread's; undefined if it is outside the root. */
function fileOf(fd) {
  if (root === undefined) return undefined;
  try {
    return isOurs(real.readlinkSync(`/proc/self/fd/${fd}`)) ? real.fstatSync(fd).ino : undefined;
  } catch {
    return undefined;
  }
}

/** Where a write without a position goes. */
const positions = new Map();

function wrote(fd, bytes, position) {
  const file = fileOf(fd);
  if (file === undefined) return;
  const at = typeof position === 'number' ? position : (positions.get(fd) ?? 0);
  if (typeof position !== 'number') positions.set(fd, at + bytes.length);
  record({ step: 'write', file, at }, bytes);
}

/** Does `open` and records what it created or emptied. */
function opened(path, flags, before, fd) {
  positions.set(fd, /a/.test(String(flags)) ? (before?.size ?? 0) : 0);
  if (!isOurs(resolve(String(path)))) return;
  const { ino } = real.fstatSync(fd);
  if (!before) record({ step: 'create', path: nameOf(path), file: ino });
  else if (/w/.test(String(flags)) || (typeof flags === 'number' && flags & fs.constants.O_TRUNC))
    record({ step: 'truncate', file: ino, size: 0 });
}

let syncs = 0;

/** @returns what to call when the sync has ended; two threads may sync the same file at the same time. */
function begun(file) {
  if (file === undefined) return () => {};
  const id = `${threadId}-${(syncs += 1)}`;
  record({ step: 'sync', file, id });
  return () => record({ step: 'synced', file, id });
}

function made(path) {
  if (isOurs(resolve(path))) record({ step: 'mkdir', path: nameOf(path), file: real.lstatSync(path).ino });
}

/** Those that `mkdir` with `recursive` is going to create. */
function missing(path) {
  const found = [];
  for (let at = resolve(path); !isThere(at); at = join(at, '..')) found.unshift(at);
  return found;
}

const bufferOf = (data, encoding) =>
  typeof data === 'string'
    ? Buffer.from(data, encoding)
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength);

fs.openSync = (path, flags = 'r', ...rest) => {
  const before = isThere(path);
  const fd = real.openSync(path, flags, ...rest);
  opened(path, flags, before, fd);
  return fd;
};
fs.writeSync = (fd, data, offset, length, position) => {
  if (typeof data === 'string') throw new Error('The recorder knows no writeSync of text.');
  const written = real.writeSync(fd, data, offset, length, position);
  const from = data.byteOffset + (offset ?? 0);
  wrote(fd, Buffer.from(data.buffer, from, written), position);
  return written;
};
fs.writeFileSync = (path, data, options) => {
  const fd = fs.openSync(path, options?.flag ?? 'w', options?.mode ?? 0o666);
  const bytes = bufferOf(data, 'utf8');
  if (bytes.length > 0) fs.writeSync(fd, bytes, 0, bytes.length);
  real.closeSync(fd);
};
fs.mkdirSync = (path, options) => {
  const folders = options?.recursive ? missing(path) : [resolve(path)];
  const result = real.mkdirSync(path, options);
  folders.forEach(made);
  return result;
};
fs.renameSync = (from, to) => {
  real.renameSync(from, to);
  if (isOurs(resolve(from))) record({ step: 'rename', path: nameOf(from), to: nameOf(to) });
};
fs.unlinkSync = (path) => {
  real.unlinkSync(path);
  if (isOurs(resolve(path))) record({ step: 'unlink', path: nameOf(path) });
};
fs.rmdirSync = (path, ...rest) => {
  real.rmdirSync(path, ...rest);
  if (isOurs(resolve(path))) record({ step: 'unlink', path: nameOf(path) });
};
fs.ftruncateSync = (fd, size) => {
  real.ftruncateSync(fd, size);
  const file = fileOf(fd);
  if (file !== undefined) record({ step: 'truncate', file, size: size ?? 0 });
};
fs.truncateSync = (path, size) => {
  real.truncateSync(path, size);
  if (isOurs(resolve(path))) record({ step: 'truncate', file: real.statSync(path).ino, size: size ?? 0 });
};
fs.fsyncSync = (fd) => {
  const ended = begun(fileOf(fd));
  real.fsyncSync(fd);
  ended();
};
fs.fsync = (fd, done) => {
  const ended = begun(fileOf(fd));
  real.fsync(fd, (error) => {
    const answer = () => {
      if (!error) ended();
      done(error);
    };
    if (SYNC_MS > 0) setTimeout(answer, SYNC_MS);
    else answer();
  });
};
// Not Node's own, which calls other things in each version.
fs.rmSync = (path, options) => {
  const entry = isThere(path);
  if (!entry) return real.rmSync(path, options);
  if (!entry.isDirectory()) return fs.unlinkSync(path);
  for (const name of real.readdirSync(path)) fs.rmSync(join(path, name));
  fs.rmdirSync(path);
};

Object.assign(fs.promises, {
  async mkdir(path, options) {
    return fs.mkdirSync(path, options);
  },
  async writeFile(path, data, options) {
    if (typeof path !== 'string') return realPromises.writeFile(path, data, options);
    return fs.writeFileSync(path, data, typeof options === 'string' ? {} : options);
  },
  async rename(from, to) {
    return fs.renameSync(from, to);
  },
  async rm(path, options) {
    return fs.rmSync(path, options);
  },
  async unlink(path) {
    return fs.unlinkSync(path);
  },
  async link(from, to) {
    real.linkSync(from, to);
    if (isOurs(resolve(to))) record({ step: 'link', path: nameOf(to), file: real.statSync(to).ino });
  },
  async open(path, flags, mode) {
    const before = isThere(path);
    const handle = await realPromises.open(path, flags, mode);
    opened(path, flags ?? 'r', before, handle.fd);
    const { sync, writeFile } = handle;
    handle.sync = async () => {
      const ended = begun(fileOf(handle.fd));
      await sync.call(handle);
      if (SYNC_MS > 0) await sleep(SYNC_MS);
      ended();
    };
    handle.writeFile = async (data, ...rest) => {
      await writeFile.call(handle, data, ...rest);
      wrote(handle.fd, bufferOf(data, 'utf8'));
    };
    return handle;
  },
});

function recordTo(newRoot, newJournal) {
  // New threads begin with these.
  process.env.POWER_CUT_ROOT = newRoot;
  process.env.POWER_CUT_JOURNAL = newJournal;
  if (journal !== undefined) real.closeSync(journal);
  root = newRoot === '' ? undefined : resolve(newRoot);
  journal = real.openSync(newJournal, 'a');
  if (isMainThread && root !== undefined) record({ step: 'root', file: real.statSync(root).ino });
}

recordTo(process.env.POWER_CUT_ROOT, process.env.POWER_CUT_JOURNAL);
if (isMainThread) {
  globalThis.powerCut = { recordTo, promise: (promise) => record({ step: 'promise', promise }) };
}
