import type { Snapshot } from '@/lib/catalog/types'
import type { Sentence } from '@/lib/errors'
import type { RunStep } from './run'
import type { Finding, Setup } from '../types'

/** What the process of a run is told, as one line of JSON. */
export interface RunRequest {
  readonly snapshot: Snapshot
  readonly setup: Setup
  /** URL of the governed database, only read. */
  readonly governed: string
  /** Statements to run on a clone first: then the questions are about what comes of them. */
  readonly fix: readonly string[]
  /** Relations and functions whose questions are asked; all when absent. */
  readonly about?: readonly string[]
  /** Folder of a scratch server of its own, so that nobody's fix waits for it; absent: the one that all use. */
  readonly scratchHome?: string
}

/** What it says, a line each: how far it is, and at last what it found or why it could not. */
export type RunMessage =
  | { readonly step: RunStep; readonly done: number; readonly all: number }
  | { readonly findings: readonly Finding[] }
  | { readonly failed: Sentence }
