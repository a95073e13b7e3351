import type { Needs } from '@/lib/audit/installed'
import { consentNeeds } from '@/lib/consents/needs'

/** What asking by a sitting needs beyond the consents themselves. */
export const sittingNeeds: Needs = {
  relations: [...consentNeeds.relations, 'public.consent_links', 'public.kept_files'],
  routines: [...consentNeeds.routines, 'app.link_make', 'app.link_begin'],
}
