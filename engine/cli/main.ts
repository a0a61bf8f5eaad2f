#!/usr/bin/env node
import { program } from './program';

// A reader such as `head` may close the pipe early, and the disk that the output goes to may be full. What is printed is
// then lost, but nothing else.
const LOST = ['EPIPE', 'ENOSPC', 'EDQUOT', 'EIO'];
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!LOST.includes(error.code ?? '')) throw error;
  });
}

void program(process.argv.slice(2)).then((code) => process.exit(code));
