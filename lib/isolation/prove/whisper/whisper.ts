import type { Proof } from '../../types'
import type { Door } from '../ways'

/** What can be told of rows of other tenants without one of them being shown or changed. */
export interface Whisper {
  readonly outcome: Proof['outcome']
  readonly doors: readonly Door[]
}

export const silent: Whisper = { outcome: 'proved', doors: [] }

export const unknown: Whisper = { outcome: 'unknown', doors: [] }
