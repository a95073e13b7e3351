import type { ClientBase } from 'pg'
import { activity } from './activity'
import { care } from './care'
import { clinics } from './clinics'
import { consents } from './consents'
import { emergencies } from './emergencies'
import { patients } from './patients'
import { officer } from './people'
import { procedures } from './procedures'
import { registers } from './registers'
import { heldInPerson } from './remote'
import { demonstrationAuthority } from './sign'
import { Random } from './random'
import { happen, type Happening } from './write'

/** Everything that happens in the demonstration until `today`: the same hour gives the same list. */
export function demonstration(today: Date): readonly Happening[] {
  const now = Math.floor(today.getTime() / 3_600_000) * 3_600_000
  const random = new Random(20_26)
  const { clinics: made, happenings } = clinics(random, now)
  for (const clinic of made) {
    const own = patients(random, clinic, now)
    const year = care(random, clinic, own.patients, now)
    happenings.push(
      ...heldInPerson(clinic, [
        ...own.happenings,
        ...year.happenings,
        ...procedures(random, clinic, year.visits, now),
        ...registers(random, clinic, own.patients, now),
        ...consents(random, clinic, own.patients, now),
        ...activity(random, clinic, own.patients, now),
      ]),
      ...emergencies(clinic, own.patients, now),
    )
  }
  return happenings
}

/** What withdrawals of some time ago left to do was done; the last ones are open, some of them late. */
const workDone = `
  with who as materialized (select set_config('app.user_id', $1, true), set_config('app.actor_role', 'dpo', true))
  update public.consent_tasks t
  set due_at = c.ended_at + interval '7 days',
    status = case when c.ended_at < $2::timestamptz - interval '30 days' then 'done' else 'open' end,
    closed_at = case when c.ended_at < $2::timestamptz - interval '30 days' then c.ended_at + interval '3 days' end,
    closed_by = case when c.ended_at < $2::timestamptz - interval '30 days' then $1::uuid end
  from public.consent_records c, who
  where c.clinic_id = t.clinic_id and c.id = t.consent_id and c.ended_at is not null`

/**
 * Fills an empty reference schema with the demonstration: three clinics, 300 patients, a year of work. Runs as a
 * superuser, in one transaction; the audit entries are made by the triggers themselves. Whom to believe for its signatures
 * goes to `trustFolder`.
 */
export async function seedClinic(
  client: ClientBase,
  { today = new Date(), trustFolder }: { today?: Date; trustFolder?: string | undefined } = {},
): Promise<void> {
  await client.query('begin')
  try {
    await client.query(
      `select set_config('app.clinic_id', '', true), set_config('app.component', 'demonstration', true)`,
    )
    await happen(client, demonstration(today), await demonstrationAuthority(today, trustFolder))
    await client.query(workDone, [officer.subject, today.toISOString()])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
  await client.query('analyze')
}
