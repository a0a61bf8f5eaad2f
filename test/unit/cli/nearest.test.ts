import { nearest } from '../../../engine/cli/nearest';

const WORDS = ['serve', 'keys create', 'keys list', 'doctor', 'demo', 'port', 'host'];

test.each([
  ['serv', 'serve'],
  ['sevre', 'serve'],
  ['prot', 'port'],
  ['dcotor', 'doctor'],
  ['keys creat', 'keys create'],
  ['keys lsit', 'keys list'],
  ['do', 'doctor'],
])('%s was meant to be %s', (typed, meant) => {
  expect(nearest(typed, WORDS)).toBe(meant);
});

test.each(['link', 'x', '', 'status', 'completely else'])('%j is like nothing that there is', (typed) => {
  expect(nearest(typed, WORDS)).toBeUndefined();
});
