// node .github/check-release.mjs <tag> <repository URL>
// Refuses a release that npm could not tie to its source: the tag must name the version in package.json, the changelog
// must have an entry for it, and package.json must name the repository that the workflow runs in.
import { readFileSync } from 'node:fs';

const [tag, repository] = process.argv.slice(2);
const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const { version, repository: named } = JSON.parse(read('package.json'));
const url = (typeof named === 'string' ? named : named?.url)?.replace(/^git\+|\.git$/g, '');

const faults = [];
if (!url) {
  faults.push(
    'package.json does not name the repository. Add "repository": {"type": "git", "url": "git+https://…"}.',
  );
} else if (url !== repository) {
  faults.push(`package.json names ${url}, but this is ${repository}. Publish from the repository it names.`);
}
if (tag !== `v${version}`) {
  faults.push(
    `The tag is ${tag}, but the version in package.json is ${version}. Use npm version to make the tag.`,
  );
}
if (
  !new RegExp(`^## ${version.replaceAll('.', '\\.')} – \\d{4}-\\d{2}-\\d{2}$`, 'm').test(read('CHANGELOG.md'))
) {
  faults.push(`CHANGELOG.md has no dated entry for ${version}. Add "## ${version} – YYYY-MM-DD".`);
}

for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
