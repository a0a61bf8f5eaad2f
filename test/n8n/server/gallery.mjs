import assert from 'node:assert/strict';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MOST_BYTES = 150_000;

/** Screenshots of the editor, as PNG files in one folder. */
export class Gallery {
  constructor(folder) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** `what` is a page or a part of it. */
  async take(what, name) {
    const path = join(this.folder, `${name}.png`);
    await what.screenshot({ path, animations: 'disabled', caret: 'hide' });
    const { size } = statSync(path);
    assert.ok(size <= MOST_BYTES, `${name}.png has ${size} bytes, which is too big for the repository`);
  }
}
