// PGlite's files in a folder, with fsync; log-sync.ts is the other end of what is postponed here.
const fs = require('node:fs');
const { NodeFS } = require('@electric-sql/pglite/nodefs');

/** Fields of the memory that is shared with log-sync.ts. */
const WRITTEN = 0;
const SYNCED = 1;
const DESCRIPTOR = 2;

/** `-F` would turn fsync off. PGlite passes only one way of syncing on: `fdatasync`, the default, does nothing. */
const SYNC_PARAMS = ['-c', 'fsync=on', '-c', 'wal_sync_method=fsync'];

/** More than PostgreSQL adds to a file at once. */
const ZEROS = Buffer.alloc(1024 * 1024);
const LOG_FILE = /^[0-9A-F]{24}$/;

/** PGlite's `startParams` with fsync on. */
function withSync(startParams) {
  return [...startParams.filter((param) => param !== '-F'), ...SYNC_PARAMS];
}

/**
 * PGlite's own `NodeFS` has no fsync: PostgreSQL's calls return at once and do nothing. It must be added before
 * PostgreSQL starts, because a start already writes files that the next one cannot do without.
 */
class SyncedNodeFS extends NodeFS {
  /** Nothing is synced. For a folder that is being filled: it is synced as a whole later, which is much quicker. */
  paused = false;

  /** @param {Int32Array} shared see log-sync.ts */
  constructor(dataDir, shared) {
    super(dataDir);
    this.shared = shared;
  }

  /**
   * The first error of the disk. Nobody knows what is on it after that, and a later sync may succeed although data is
   * lost. PostgreSQL ends its process then; PGlite would go on without an answer.
   */
  fault;

  async init(pg, options) {
    const { emscriptenOpts } = await super.init(pg, options);
    const onFault = (error) => (this.fault ??= error);
    const logSync = new LogSync(this.shared, onFault, () => this.paused);
    const addSync = ({ NODEFS }) => logSync.addTo(NODEFS);
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...emscriptenOpts.preRun, addSync] } };
  }
}

/**
 * Syncs each file when PostgreSQL says so, except its write-ahead log. The log is synced at every commit, and PostgreSQL
 * would do nothing else meanwhile. So it is told that this is done, and the main thread does it, for all commits so far.
 *
 * PostgreSQL relies on the order: the log is on the disk before whatever it describes. So whatever else is about to
 * change on the disk waits for the log.
 */
class LogSync {
  constructor(shared, onFault, isPaused) {
    this.shared = shared;
    this.onFault = onFault;
    this.isPaused = isPaused;
  }

  addTo({ node_ops: nodes, stream_ops: streams, tryFSOperation }) {
    const isLog = (stream) => (stream.isLog ??= LOG_FILE.test(stream.node.name));
    const after = (operations, name, applies = () => true) => {
      const operation = operations[name];
      operations[name] = (...args) => {
        if (applies(...args)) tryFSOperation(() => this.syncNow());
        return operation(...args);
      };
    };
    streams.fsync = (stream) => {
      if (this.isPaused()) return 0;
      // An error of Node becomes a number that PostgreSQL understands.
      tryFSOperation(() => (isLog(stream) ? this.postpone(stream.nfd) : this.syncFile(stream.nfd)));
      return 0;
    };
    after(streams, 'write', (stream, ...write) => !isLog(stream) && !isGrowth(stream.nfd, ...write));
    after(streams, 'close', (stream) => stream.nfd === this.shared[DESCRIPTOR]);
    after(streams, 'setattr');
    for (const name of ['setattr', 'rename', 'unlink', 'rmdir']) after(nodes, name);
  }

  postpone(descriptor) {
    if (descriptor !== this.shared[DESCRIPTOR]) this.syncNow();
    // In this order: a thread that sees the new count sees the descriptor too.
    Atomics.store(this.shared, DESCRIPTOR, descriptor);
    Atomics.add(this.shared, WRITTEN, 1);
  }

  syncFile(descriptor) {
    this.syncNow();
    this.sync(descriptor);
  }

  /** Does what was postponed, unless the main thread has done it. */
  syncNow() {
    const written = Atomics.load(this.shared, WRITTEN);
    if (Atomics.load(this.shared, SYNCED) === written) return;
    this.sync(this.shared[DESCRIPTOR]);
    Atomics.store(this.shared, SYNCED, written);
  }

  sync(descriptor) {
    try {
      fs.fsyncSync(descriptor);
    } catch (error) {
      if (isUnsyncableFolder(descriptor, error)) return;
      this.onFault(error);
      throw error;
    }
  }
}

/** Zeros after the end of a file: PostgreSQL makes room for rows to come, and does not log that first. */
function isGrowth(descriptor, memory, offset, length, position) {
  const bytes = Buffer.from(memory.buffer, memory.byteOffset + offset, length);
  return bytes.equals(ZEROS.subarray(0, length)) && position >= fs.fstatSync(descriptor).size;
}

/** Windows and some network drives cannot sync a folder. PostgreSQL forgives that only with the codes of Unix. */
function isUnsyncableFolder(descriptor, { code }) {
  return ['EINVAL', 'EBADF', 'EPERM'].includes(code) && fs.fstatSync(descriptor).isDirectory();
}

module.exports = { SyncedNodeFS, withSync };
