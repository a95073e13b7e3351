import { recordEvent, soleClinic } from '@/lib/audit/record'
import { isUuid } from '@/lib/consents/queries'
import { writeRecords, type Principal } from '@/lib/db/scope'
import { countOpen, getRequest, listRequests, type RequestDetail } from '@/lib/requests/queries'
import { peopleOf } from '../audit/people'
import { filterOf, filtersInUse, type State } from './search'

const table = 'public.data_subject_requests'

/** One page of the inbox and, in the same transaction, the entry that says it was read. */
export const readInbox = (principal: Principal, state: State) =>
  writeRecords(principal, async (tx) => {
    const found = await listRequests(tx, filterOf(state), { after: state.after })
    const counts = await countOpen(tx)
    await recordEvent(tx, {
      action: 'list',
      table,
      clinic: soleClinic(found.rows, principal.clinicId),
      count: found.rows.length,
      fields: filtersInUse(state),
    })
    return { ...found, ...counts }
  })

export interface RequestRead {
  readonly request: RequestDetail
  readonly people: ReadonlyMap<string, string>
}

/** One request, and that it was opened; asked for and not there is noted as well. */
export const readRequest = (principal: Principal, id: string): Promise<RequestRead | null> =>
  writeRecords(principal, async (tx) => {
    const request = await getRequest(tx, id)
    if (!request) {
      if (isUuid(id))
        await recordEvent(tx, { action: 'read', outcome: 'denied', table, clinic: null, record: id })
      return null
    }
    await recordEvent(tx, {
      action: 'read',
      table,
      clinic: request.clinicId,
      record: id,
      patient: request.patientId,
    })
    return { request, people: await peopleOf(principal, tx, [request.assigneeId]) }
  })
