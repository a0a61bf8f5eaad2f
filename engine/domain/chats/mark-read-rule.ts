/** When what a number receives is marked as read, so that those who wrote it see blue ticks. */
export const MARK_READ_RULES = ['never', 'on_reply', 'at_once'] as const;

/** `on_reply`: with an answer in its chat, once that is certain to go; `at_once`: as soon as it is stored. */
export type MarkReadRule = (typeof MARK_READ_RULES)[number];
