/** Does what a person does on a page, and counts it. */
export class Walker {
  clicks = 0;
  fields = 0;

  async click(what) {
    await what.click();
    this.clicks += 1;
  }

  async type(what, text) {
    await what.fill(text);
    this.fields += 1;
  }

  toString() {
    return `${this.clicks} clicks and ${this.fields} typed fields`;
  }
}
