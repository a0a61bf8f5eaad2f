import { nearest } from '../../../../engine/cli/arguments/nearest';

const WORDS = ['serve', 'keys create', 'keys list', 'doctor', 'demo', 'port', 'host'];

it.each([
  ['serv', 'serve'],
  ['sevre', 'serve'],
  ['prot', 'port'],
  ['dcotor', 'doctor'],
  ['keys creat', 'keys create'],
  ['keys lsit', 'keys list'],
  ['do', 'doctor'],
])('corrects %s to %s', (typed, meant) => {
  expect(nearest(typed, WORDS)).toBe(meant);
});

it.each(['link', 'x', '', 'status', 'completely else'])('finds nothing close to %j', (typed) => {
  expect(nearest(typed, WORDS)).toBeUndefined();
});
