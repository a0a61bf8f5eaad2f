#!/usr/bin/env node
import { program } from './program';

// A reader such as head that has seen enough is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void program(process.argv.slice(2)).then((code) => process.exit(code));
