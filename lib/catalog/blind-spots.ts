import type { BlindSpot } from './types-server'

/** What was asked of the server about the scanner's own rights, and what it found missing. */
export interface Sight {
  readonly role: string
  readonly superuser: boolean
  readonly maySettings: boolean
  readonly mayHba: boolean
  readonly mayAuthid: boolean
  readonly maySize: boolean
  readonly settings: Readonly<Record<string, string>>
  readonly hiddenSequences: number
  /** Quoted names of the schemas they are in. */
  readonly schemasOfHidden: readonly string[]
  readonly unreadSequences: number
  /** Relations whose column statistics pg_stats hides from this role. */
  readonly hiddenStatistics: number
  /** Relations that another session was changing: left out. */
  readonly changing: readonly string[]
  readonly changingRoutines: number
  readonly sizesEstimated: boolean
  readonly unsized: number
}

/** Settings only members of pg_read_all_settings see; the ones that are missing were hidden. */
const guarded = [
  'config_file',
  'data_directory',
  'dynamic_library_path',
  'external_pid_file',
  'hba_file',
  'ident_file',
  'krb_server_keyfile',
  'log_directory',
  'log_filename',
  'session_preload_libraries',
  'shared_preload_libraries',
  'ssl_ca_file',
  'ssl_cert_file',
  'ssl_crl_dir',
  'ssl_crl_file',
  'ssl_dh_params_file',
  'ssl_key_file',
  'unix_socket_directories',
  'unix_socket_group',
  'unix_socket_permissions',
  'bonjour_name',
  'listen_addresses',
  'stats_temp_directory',
]

export function blindSpots(sight: Sight): BlindSpot[] {
  const role = sight.role
  const hiddenSettings = sight.maySettings ? 0 : guarded.filter((name) => !(name in sight.settings)).length
  const spots: (BlindSpot | false)[] = [
    !sight.mayAuthid && {
      what: 'authid',
      why: 'Password verifiers (pg_authid) are shown to superusers only, so whether old md5 verifiers remain is unknown.',
      grant: null,
      count: null,
    },
    sight.changing.length > 0 && {
      what: 'changing',
      why: `Another session was changing or holding ${listed(sight.changing)} during the scan; left out.`,
      grant: null,
      count: sight.changing.length,
      names: sight.changing,
    },
    sight.changingRoutines > 0 && {
      what: 'changing routines',
      why: 'Routines were replaced or dropped during the scan and left out.',
      grant: null,
      count: sight.changingRoutines,
    },
    !sight.mayHba && {
      what: 'hba',
      why: 'The rules of pg_hba.conf (pg_hba_file_rules) are not readable, so who may connect from where is unknown.',
      grant: `grant select on pg_catalog.pg_hba_file_rules to ${role}; grant execute on function pg_catalog.pg_hba_file_rules() to ${role}`,
      count: null,
    },
    hiddenSettings > 0 && {
      what: 'settings',
      why: 'Some server settings are hidden, so what is preloaded and where logs and keys lie is unknown.',
      grant: `grant pg_read_all_settings to ${role}`,
      count: hiddenSettings,
    },
    sight.hiddenSequences > 0 && {
      what: 'sequences',
      why: 'The last value of some sequences is hidden, so how near their end they are is unknown.',
      grant: sight.schemasOfHidden
        .map(
          (schema) =>
            `grant usage on schema ${schema} to ${role}; grant select on all sequences in schema ${schema} to ${role}`,
        )
        // Not pg_read_all_data: that would show every patient too.
        .join('; '),
      count: sight.hiddenSequences,
    },
    sight.unreadSequences > 0 && {
      what: 'sequence values',
      why: 'The last value of some sequences was not read: there are too many, or one of them was locked.',
      grant: null,
      count: sight.unreadSequences,
    },
    !sight.maySize && {
      what: 'database size',
      why: 'The size of the database is hidden from a role that may not connect to it.',
      grant: `grant pg_read_all_stats to ${role}`,
      count: null,
    },
    sight.unsized > 0 && {
      what: 'sizes',
      why: sight.sizesEstimated
        ? 'Sizes come from the last vacuum or analyze, and some tables never had one.'
        : 'Some sizes were not read because another session held the table.',
      grant: null,
      count: sight.unsized,
    },
    sight.hiddenStatistics > 0 && {
      what: 'statistics',
      why: 'Column statistics (pg_stats) of some tables are hidden: this role may not read them, or their row security applies to it.',
      grant: null,
      count: sight.hiddenStatistics,
    },
  ]
  return spots.filter((spot) => spot !== false)
}

/** The first five names, and how many more there are. */
export function listed(
  names: readonly string[],
  more = (n: number) => `and ${n} more ${n === 1 ? 'relation' : 'relations'}`,
): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${shown} ${more(names.length - 5)}` : shown
}
