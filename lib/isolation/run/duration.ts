import type { Setup } from '../types'

/**
 * About how many seconds a whole run takes on two processors: 14,070 questions of the reference schema took 45, 26,000 of a
 * thousand tables 58, 5,031 of the neglected one 12 with the start of the scratch server.
 */
export const secondsFor = ({ principals, tenants, tenantVia }: Setup): number =>
  5 + (principals.length * (tenants.length + tenantVia.length)) / 40
