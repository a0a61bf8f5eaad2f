/**
 * SQL: a condition that many rows meet. Without statistics, PostgreSQL takes each `=` to leave one row of 200, and then
 * reads and sorts everything instead of reading an index in its order up to the limit. It takes this to leave half.
 */
export const likely = (condition: string): string => `coalesce(${condition}, false)`;
