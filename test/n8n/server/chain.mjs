import assert from 'node:assert/strict';
import { blueticks, start } from './workflows.mjs';

/**
 * Runs a workflow with several Blueticks nodes in a row, and returns the output of each. Each runs once, whatever the one
 * before it returned. `steps` has their parameters by their names.
 */
export async function runChain({ server, credential }, name, steps) {
  const workflow = await server.createWorkflow(name, ...chainOf(credential, steps));
  const { executionId } = await server.run(workflow, 'Start');
  const done = await server.finished(executionId);
  assert.equal(done.status, 'success', done.error?.message);
  return done.output;
}

/** Something chosen by its id, which may be an expression. */
export const byId = (value) => ({ __rl: true, mode: 'id', value });

function chainOf(credential, steps) {
  const nodes = Object.entries(steps).map(([name, { onError = 'stopWorkflow', ...parameters }]) => ({
    ...blueticks(name, credential, parameters),
    executeOnce: true,
    onError,
  }));
  const names = ['Start', ...Object.keys(steps)];
  const links = names
    .slice(1)
    .map((name, at) => [names[at], { main: [[{ node: name, type: 'main', index: 0 }]] }]);
  return [[start, ...nodes], Object.fromEntries(links)];
}
