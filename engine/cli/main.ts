#!/usr/bin/env node
import { program } from './program';

// A reader such as `head` may close the pipe early. That is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void program(process.argv.slice(2)).then((code) => process.exit(code));
