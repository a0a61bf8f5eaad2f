const fs = require('node:fs');

/** What a full disk and a used up quota are for the program that PGlite was compiled to (WASI's numbers). */
const FULL = 51;
const OVER_QUOTA = 19;
/**
 * PostgreSQL stops for good if it cannot write these: its log, and what each checkpoint writes. If it cannot extend any
 * other file, only that statement fails.
 */
const VITAL = /^(pg_wal\/|pg_logical\/|global\/pg_control)/;
const RETRY_MS = 50;
/** While PostgreSQL starts, nobody knows yet that it waits, so the start fails instead. */
const START_PATIENCE_MS = 5_000;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/**
 * Watches PGlite's files in `folder`, for the main thread to see in `vitals`: `steps` counts what was read and written,
 * `free` is the room on the disk in bytes, and `waiting` is 1 while PostgreSQL waits for room.
 *
 * On a full disk, PostgreSQL would stop for good when it cannot write its log. So the log waits until there is room again:
 * then the transaction goes on, and nothing was lost. Other files fail with "no space left on device", as usual.
 */
function watchFiles(folder, vitals) {
  let started = false;

  function look() {
    try {
      const { bavail, bsize, files, ffree } = fs.statfsSync(folder);
      vitals.free[0] = files > 0 && ffree === 0 ? 0 : bavail * bsize;
    } catch {
      // The folder may be gone; the next read or write finds out.
    }
  }

  function counted(operation) {
    return (...args) => {
      const result = operation(...args);
      Atomics.add(vitals.steps, 0, 1);
      return result;
    };
  }

  function patient(operation, isVital, { ErrnoError }) {
    return (...args) => {
      const giveUpAt = started ? Infinity : performance.now() + START_PATIENCE_MS;
      try {
        for (;;) {
          try {
            return operation(...args);
          } catch (error) {
            if (error.errno !== FULL && error.errno !== OVER_QUOTA) throw error;
            look();
            if (!isVital(...args) || performance.now() >= giveUpAt) throw new ErrnoError(FULL);
            vitals.waiting[0] = 1;
            Atomics.wait(sleeper, 0, 0, RETRY_MS);
          }
        }
      } finally {
        vitals.waiting[0] = 0;
      }
    };
  }

  /** The function that PGlite calls before PostgreSQL starts. */
  function hook({ FS, NODEFS }) {
    const { stream_ops: streams, node_ops: nodes } = NODEFS;
    const { mknod } = nodes;
    const isVital = (node) =>
      VITAL.test(
        NODEFS.realPath(node)
          .slice(folder.length + 1)
          .replaceAll('\\', '/'),
      );
    streams.read = counted(streams.read);
    streams.write = patient(counted(streams.write), ({ node }) => isVital(node), FS);
    nodes.rename = patient(nodes.rename, isVital, FS);
    nodes.mknod = patient(
      (parent, name, ...rest) => {
        try {
          return mknod(parent, name, ...rest);
        } catch (error) {
          // Emscripten keeps its own entry of a file that could not be created. Then it would seem to exist.
          FS.destroyNode(FS.lookupNode(parent, name));
          throw error;
        }
      },
      (parent, name) => VITAL.test(`${NODEFS.realPath(parent).slice(folder.length + 1)}/${name}`),
      FS,
    );
  }

  return { hook, look, hasStarted: () => void (started = true) };
}

module.exports = { watchFiles };
