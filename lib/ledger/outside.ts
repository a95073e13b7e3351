import type { HeldNote } from './verify'
import type { Prove, Witness } from './witness'

export interface Outside {
  readonly outside: readonly HeldNote[]
  readonly unreachable: readonly string[]
}

/** Asks every witness for what it holds; one that cannot be asked is named, never taken for one that holds nothing. */
export async function askWitnesses(all: readonly Witness[]): Promise<Outside> {
  const answers = await Promise.allSettled(all.map((witness) => witness.held()))
  return {
    outside: answers.flatMap((answer, at) =>
      answer.status === 'fulfilled' ? answer.value.map((note) => ({ by: all[at]?.name ?? '', note })) : [],
    ),
    unreachable: answers.flatMap((answer, at) => (answer.status === 'rejected' ? [all[at]?.name ?? ''] : [])),
  }
}

/** What one witness said to a checkpoint. */
export interface Receipt {
  readonly witness: string
  /** Null when it was kept. */
  readonly problem: string | null
}

/** Sends a checkpoint to every witness that is due; one that fails does not keep the others from it. */
export async function sendToWitnesses(
  everybody: readonly Witness[],
  note: string,
  prove?: Prove,
): Promise<readonly Receipt[]> {
  const all = everybody.filter((witness) => witness.isDue?.() ?? true)
  const sent = await Promise.allSettled(all.map((witness) => witness.keep(note, prove)))
  return sent.map((one, at) => ({
    witness: all[at]?.name ?? '',
    problem:
      one.status === 'fulfilled'
        ? null
        : one.reason instanceof Error
          ? one.reason.message
          : String(one.reason),
  }))
}
