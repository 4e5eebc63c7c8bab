// Query of the spend view, by its address.
import { state } from '../state.js';

/** Number of groups that the table shows at first. */
export const SHORT = 25;
/** Number of groups that the user has chosen to see. */
export const shown = { limit: SHORT };

export const by = () => state.id || 'agent_type';
export const query = () => ({
  by: by(),
  where: state.where,
  against: state.against,
  sort: state.order || '-cost_usd',
});
