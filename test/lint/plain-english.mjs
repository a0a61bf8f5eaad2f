// node test/lint/plain-english.mjs [path …]
// Finds words and phrases that we do not write, in code, comments, tests and docs, and says what to write instead.
// Exits with 1 if it finds any. A line that must quote one says `plain-english: allow` on the line or the line above.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What to look for, and what to write instead. */
const RULES = [
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\bwhoever\b/i, 'anyone who, or name who it is'],
  [/\b(to|can|could|may|might|will|would|cannot|not) be had\b/i, 'available'],
  [/\bof late\b/i, 'recently'],
  [/\bheed(s|ed|ing)?\b/i, 'follow, or respect'],
  [/\b(is|are) none of\b/i, 'is not one of, or does not belong to'],
  [/\b(which|that) (is|are) no\b(?! (longer|more|less)\b)/i, 'is not a'],
  [/\b(is|are) no [a-z]+ any ?more\b/i, 'is no longer a'],
  [/\bbecame of\b/i, 'happened to'],
  [/\bnothing but\b/i, 'only'],
  [/\bbeforehand\b/i, 'first, or before'],
  [/\bthereby\b|\btherein\b|\bthereof\b|\bwhereby\b/i, 'a plain word'],
  [/\bhitherto\b|\bhence\b|\bthence\b|\bwhence\b/i, 'a plain word'],
  [/\bas far as it (has|is)\b/i, 'if it has'],
  [/\brather not at all\b/i, "don't"],
  [/\bleft away\b|\bleave away\b/i, 'unset, or left out'],
  [/\bgives? back its turn\b/i, 'releases'],
  [/\btells? the mend\b/i, 'says how to fix it'],
  [/\bis there already\b|\bthere already\b/i, 'already exists, or already there'],
  [/\b(what|that) there is\b/i, 'name it'],
  [/\bqueue item\b/i, 'wake-up, or message'],
];

const ALLOW = 'plain-english: allow';
const SELF = 'test/lint/plain-english.mjs';
const given = process.argv.slice(2);

const files = execFileSync('git', ['ls-files', '--', ...given], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => /\.(ts|mjs|cjs|cts|js|md|sql|yml)$/.test(file) && file !== SELF);

let found = 0;
for (const file of files) {
  let previous = '';
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (!line.includes(ALLOW) && !previous.includes(ALLOW)) {
      for (const [pattern, instead] of RULES) {
        const match = pattern.exec(line);
        if (!match) continue;
        found += 1;
        console.log(`${file}:${index + 1}  "${match[0]}" reads as translated. Write: ${instead}.`);
      }
    }
    previous = line;
  }
}
if (found > 0) {
  console.log(`\n${found} to rewrite.`);
  process.exitCode = 1;
}
