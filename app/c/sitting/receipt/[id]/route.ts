import { getLocale } from 'next-intl/server'
import { notFound } from 'next/navigation'
import { receiptResponse } from '@/app/receipts/document'
import { sittingReceipt } from '@/lib/consents/guest'
import type { Receipt } from '@/lib/consents/receipt'
import { guestRecords } from '@/lib/db/scope'
import { env } from '@/lib/env'
import { requestId } from '@/lib/session/principal'
import { currentSitting } from '../../../guest'

/** The receipt of what was just decided here, while the sitting lasts. */
export async function GET(_: Request, { params }: { params: Promise<{ id: string }> }) {
  const sitting = await currentSitting()
  const { id } = await params
  if (!sitting || !/^[0-9a-f-]{36}$/.test(id)) notFound()
  const { origin } = env()
  const receipt = await guestRecords(sitting.database, await requestId(), (tx) =>
    sittingReceipt(tx, sitting.secret, id, origin),
  )
  if (!receipt) notFound()
  return receiptResponse(receipt as Receipt, await getLocale(), origin)
}
