import type { RRuleTemporal } from 'rrule-temporal' with { 'resolution-mode': 'import' };
import { lazy } from '../../../async/lazy';
import { writeLocalTime } from './local-time';

/** Loaded with the first rule. Its types are those of its ESM build, which is the same. */
const library = lazy<typeof import('rrule-temporal', { with: { 'resolution-mode': 'import' } })>(
  require,
  'rrule-temporal',
);

/** Periods that are looked through for the next time: 11 years of days. Longer searches hold up everything else. */
const MOST_PERIODS = 4000;
const MOST_CANDIDATES = 50_000;

/** The rule never fits, or so seldom that the search was given up. */
export class NothingFound extends Error {}

/**
 * The local times of a rule, by the calendar alone: as in a zone that never changes its clock. Times are epoch ms when a UTC
 * clock shows the local time.
 */
export class WallTimes {
  private readonly rule: RRuleTemporal;

  /**
   * @param rule valid, without UNTIL
   * @param start the first of them, if it fits the rule
   */
  constructor(rule: string, start: number) {
    const dtstart = `${writeLocalTime(start).replace(/[-:]/g, '')}Z`;
    this.rule = new (library().RRuleTemporal)({
      rruleString: `DTSTART:${dtstart}\nRRULE:${rule}`,
      maxIterations: MOST_PERIODS,
      maxCandidateEvaluations: MOST_CANDIDATES,
      cache: false,
    });
  }

  /** The first after `wall`; null if there is none. @throws NothingFound */
  next(wall: number): number | null {
    return found(() => this.rule.next(new Date(wall), false))?.epochMilliseconds ?? null;
  }

  /** The last; for a rule with COUNT. @throws NothingFound */
  last(): number | null {
    return found(() => this.rule.all()).at(-1)?.epochMilliseconds ?? null;
  }
}

/** The library throws plain errors once it has searched for too long, or beyond the calendar. */
function found<Result>(search: () => Result): Result {
  try {
    return search();
  } catch (error) {
    throw new NothingFound('No time was found that fits the rule', { cause: error });
  }
}
