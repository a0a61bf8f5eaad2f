/** The lane of campaigns that have messages to be made: any process works it. */
export const CAMPAIGNS_LANE = 'campaigns';
