import type { Routine } from '@/lib/catalog/types-object'
import type { Constraint, Relation } from '@/lib/catalog/types-relation'
import { mayChange } from './routine/mentions'
import type { Principal, Setup } from '../types'
import type { Answer } from './answer'
import { settersOf } from './change/assignments'
import { beyondRows, type BeyondRows } from './change/beyond-rows'
import type { Caller } from './explain'
import { Notes } from './notes'
import type { Problem } from './problem'
import { regionOf } from './region'
import { plainContext } from './query/rows'
import { viewOf, type SessionView } from './session-view'
import type { World } from './world'

/** A session of which only the role is known. */
const nobody: Principal = { name: '', tenants: [], role: '', login: null, settings: {}, claims: null }

/** Roles that stand for the server's own rights on its files. */
const ofServer = ['pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program']

const hasAction = ({ onDelete, onUpdate }: NonNullable<Constraint['references']>) =>
  [onDelete, onUpdate].some((each) => each !== 'no action' && each !== 'restrict')

/** What a principal is besides what the setup says of it: its roles, its settings, what its calls change beside rows. */
export class Callers {
  private readonly beyonds = new Map<string, BeyondRows>()
  private readonly regions = new Map<string, ReturnType<typeof regionOf>>()
  private readonly setters = new Map<string, readonly Routine[]>()
  private readonly anySql: Setup

  constructor(
    private readonly world: World,
    private readonly setup: Setup,
    private readonly problemOf: (view: SessionView) => Problem,
  ) {
    this.anySql = { ...setup, threat: 'sql' }
  }

  /** A session of a principal, by the settings of its role and database as well. */
  viewOf(who: Principal, role = who.role): SessionView {
    const settings = { ...this.regionOf(who.login ?? who.role), ...who.settings }
    return viewOf({ ...who, settings }, this.setupFor(who), role, new Set())
  }

  /** Whoever may have its role: of such a session nothing else is known. */
  anyoneAs(who: Principal): SessionView {
    const anyone = { ...who, name: `anyone as ${who.name}`, settings: {}, claims: null }
    return viewOf(anyone, { ...this.setupFor(who), identity: [] }, who.role, new Set())
  }

  private regionOf(login: string): ReturnType<typeof regionOf> {
    let found = this.regions.get(login)
    if (!found) this.regions.set(login, (found = regionOf(this.world.snapshot, login)))
    return found
  }

  /** The setup as it is for a principal: who may have any text run may send any SQL. */
  setupFor(who: Principal): Setup {
    return this.callerOf(who).runsAny ? this.anySql : this.setup
  }

  callerOf(who: Principal): Caller {
    const { threat } = this.setup
    const { sends, sets } = this.beyond(who)
    return { threat, runsAny: threat === 'dml' ? (sends ?? sets) : null }
  }

  rolesOf(who: Principal): readonly string[] {
    const { becomes, sends } = this.beyond(who)
    if (this.setup.threat === 'sql' || sends) return this.world.closure(who.role, who.login)
    return becomes ? this.world.becoming(who.role, who.login) : [who.role]
  }

  /** No proof stands where definitions may change meanwhile. */
  standing(found: Answer, who: Principal): Answer {
    if (found.outcome !== 'proved' && found.outcome !== 'unreachable') return found
    const by =
      this.beyond(who).redefines?.id ?? this.grantorAmong(who) ?? this.ownerAmong(who) ?? this.triggersOf(who)
    const past = by === null ? this.pastTables(who) : null
    if (by === null && past === null) return found
    const notes = new Notes()
    notes.add(found.notes)
    if (by !== null)
      notes.leaveOpen(by, {
        en: `${by} may change definitions or rights that this rests on.`,
        pt: `${by} pode mudar definições ou permissões em que isto se apoia.`,
      })
    else
      notes.leaveOpen(past!, {
        en: `${past} may read what tables hold without asking them: from the log of changes or the files of the server.`,
        pt: `${past} pode ler o que as tabelas contêm sem consultá-las: do registro de mudanças ou dos arquivos do servidor.`,
      })
    return { ...found, outcome: 'unknown', exact: false, notes }
  }

  /** A role of the session that reads changes of all tables by replication, or that may read files or run programs by COPY. */
  private pastTables(who: Principal): string | null {
    const { world } = this
    const isAny = this.setupFor(who).threat === 'sql'
    const reads = (role: string) =>
      world.snapshot.roles.some(({ name, replication }) => replication && name === role) ||
      (isAny && ofServer.some((each) => world.power(role).has(each)))
    return this.rolesOf(who).find(reads) ?? null
  }

  /** A role that who sends any SQL may be, and that may grant roles to it that it does not have: by ADMIN OPTION, or before 16 as CREATEROLE. */
  private grantorAmong(who: Principal): string | null {
    if (this.setupFor(who).threat !== 'sql') return null
    const { memberships, roles, server } = this.world.snapshot
    const grants = (name: string) =>
      memberships.some(({ member, admin, inherit, set }) => admin && member === name && !(inherit && set)) ||
      (server.version < 160_000 && roles.some((each) => each.name === name && each.createRole))
    return (
      this.rolesOf(who)
        .flatMap((role) => [...this.world.power(role)])
        .find(grants) ?? null
    )
  }

  /** A role that who sends any SQL may be, and that owns a table or routine, which it may define anew. */
  private ownerAmong(who: Principal): string | null {
    if (this.setupFor(who).threat !== 'sql') return null
    const { relations, routines } = this.world.snapshot
    const owners = new Set(
      [...relations, ...routines].filter((each) => each.extension === null).map((each) => each.owner),
    )
    return this.rolesOf(who).find((role) => [...owners].some((owner) => this.world.owns(role, owner))) ?? null
  }

  /** What lets who sends any SQL switch triggers off, or have one of its own run with the rights of others. */
  private triggersOf(who: Principal): string | null {
    if (this.setupFor(who).threat !== 'sql') return null
    const { snapshot } = this.world
    const { relations, routines, operations } = snapshot
    const roles = this.rolesOf(who)
    const holds = (name: string | null) => name === null || roles.some((role) => this.world.owns(role, name))
    if (operations?.maySetReplicationRole.some(holds)) return 'session_replication_role'
    const changedByOthers = (relation: Relation) =>
      routines.some((each) => each.definer && mayChange(each, relation, snapshot)) ||
      relation.constraints.some(({ references }) => references && hasAction(references)) ||
      relations.some(
        ({ kind, reads }) => kind === 'view' && reads.some((each) => each.relation === relation.id),
      )
    const open = (relation: Relation) =>
      roles.some((role) => this.world.may(role, relation, 'TRIGGER')) && changedByOthers(relation)
    return relations.find((each) => each.extension === null && open(each))?.id ?? null
  }

  /** Functions that a role may call and that set settings. */
  settersOf(role: string): readonly Routine[] {
    let found = this.setters.get(role)
    if (!found) this.setters.set(role, (found = settersOf(this.world, role)))
    return found
  }

  private beyond({ role, login }: Principal): BeyondRows {
    const key = `${role} ${login}`
    let found = this.beyonds.get(key)
    if (!found) {
      const problem = this.problemOf(viewOf({ ...nobody, role, login }, this.setup, role, new Set()))
      const context = { ...plainContext(problem, role), path: this.world.searchPath(role, login) }
      this.beyonds.set(key, (found = beyondRows(this.world, role, context)))
    }
    return found
  }
}
