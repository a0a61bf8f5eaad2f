import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A compiled program, as `WebAssembly` has it. */
export type CompiledProgram = object;

// Node has it; its types leave it to those of a browser.
declare const WebAssembly: { compile(program: Uint8Array): Promise<CompiledProgram> };

let compiled: Promise<CompiledProgram> | undefined;

/** PGlite's program, compiled once for this process, off the main thread. */
export function compilePglite(): Promise<CompiledProgram> {
  if (compiled) return compiled;
  const program = join(dirname(require.resolve('@electric-sql/pglite')), 'pglite.wasm');
  compiled = readFile(program).then((bytes) => WebAssembly.compile(bytes));
  // Whoever opens the database gets to know; until then the fault is nobody's.
  compiled.catch(() => undefined);
  return compiled;
}
