const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * Starts the chaos tests first: they take longest and mostly wait, so the short tests of the other workers fill the
 * time. Jest knows how long a file takes only when it has run it before, which it has not on a clean clone.
 */
module.exports = class ChaosFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isChaos = (test) => test.context.config.displayName?.name === 'chaos';
    return [...sorted.filter(isChaos), ...sorted.filter((test) => !isChaos(test))];
  }
};
