import { Client } from 'pg'
import { readSnapshot } from '@/lib/catalog/read'
import type { Snapshot } from '@/lib/catalog/types'
import type { Config } from '@/lib/config/schema'
import { factsOf } from '@/lib/rules/facts'
import { prove } from '../prove/prove'
import { databaseEvaluator } from '../prove/session'
import { setupOf } from '../setup/setup'
import type { Proof, Question, Setup } from '../types'
import { mutantsOf, type Definition, type Mutant } from './mutants'
import { crossingsOn } from './mutant-oracle'

/** Commands that a mutant lets cross, what did it, and what the prover says of them. */
export interface Verdict {
  readonly mutant: Mutant
  readonly relation: string
  readonly command: string
  readonly principal: string
  readonly sql: string
  readonly said: Proof['outcome'] | 'not asked'
}

const role = 'app_rw'
const helpers = [
  'app.clinics_of(text[])',
  'app.has_role(uuid,text[])',
  'app.my_clinics()',
  'app.own_patients()',
  'app.own_professionals()',
]

/** The reference schema with two clinics in it, damaged in one place at a time. */
export class Mutation {
  private constructor(
    private readonly client: Client,
    private readonly isolation: NonNullable<Config['isolation']>,
    private readonly sound: { readonly snapshot: Snapshot; readonly setup: Setup },
    readonly mutants: readonly Mutant[],
  ) {}

  /**
   * @param url superuser, of a database of its own with the reference schema and two clinics
   * @param isolation the configuration that names the sessions
   */
  static async on(url: string, isolation: NonNullable<Config['isolation']>): Promise<Mutation> {
    const client = new Client({ connectionString: url })
    await client.connect()
    const snapshot = await readSnapshot(client)
    const { setup } = await setupOf(factsOf(snapshot, { isolation }))
    const tenants = new Map(
      setup.tenants.flatMap((each) =>
        each.column !== null && each.relation.startsWith('public.')
          ? [[each.relation, each.column] as const]
          : [],
      ),
    )
    const definitions: Definition[] = []
    for (const id of helpers) {
      const { rows } = await client.query<{ sql: string | null }>(
        'select pg_get_functiondef(to_regprocedure($1)) as sql',
        [id],
      )
      if (rows[0]?.sql) definitions.push({ id, sql: rows[0].sql })
    }
    const mutants = mutantsOf(snapshot, tenants, role, definitions)
    return new Mutation(client, isolation, { snapshot, setup }, mutants)
  }

  /** Does the damage, asks PostgreSQL and, where something crossed, the prover, and takes the damage back. */
  async try(mutant: Mutant): Promise<readonly Verdict[] | 'refused'> {
    try {
      await this.client.query(mutant.apply)
    } catch {
      return 'refused'
    }
    try {
      return await this.compared(mutant)
    } finally {
      await this.client.query(mutant.undo)
    }
  }

  end(): Promise<void> {
    return this.client.end()
  }

  private async compared(mutant: Mutant): Promise<readonly Verdict[]> {
    const crossed: Omit<Verdict, 'said'>[] = []
    for (const principal of this.sound.setup.principals) {
      for (const relation of mutant.tables) {
        const table = tableOf(this.sound.snapshot, relation)
        const column = this.sound.setup.tenants.find((each) => each.relation === relation)?.column
        if (!table || !column) continue
        for (const [command, sql] of await crossingsOn(this.client, table, column, principal))
          crossed.push({ mutant, relation, command, principal: principal.name, sql })
      }
    }
    if (crossed.length === 0) return []
    const snapshot = await readSnapshot(this.client)
    const { setup } = await setupOf(factsOf(snapshot, { isolation: this.isolation }))
    const proofs = await prove(snapshot, setup, databaseEvaluator(this.client, this.client), {
      channels: ['row'],
      only: (question) => crossed.some((each) => isSame(each, question)),
    })
    return crossed.map((each) => {
      const proof = proofs.find((one) => isSame(each, one))
      return { ...each, said: proof?.outcome ?? 'not asked' }
    })
  }
}

type Asked = Pick<Question, 'relation' | 'principal'> & { readonly command: string }

const isSame = (one: Asked, other: Asked) =>
  one.relation === other.relation && one.command === other.command && one.principal === other.principal

const tableOf = (snapshot: Snapshot, id: string) => snapshot.relations.find((each) => each.id === id)
