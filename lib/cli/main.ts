import { isMainThread } from 'node:worker_threads'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { ConfigError } from '@/lib/config/config'
import { settings } from '@/lib/env'
import { tabellionVersion } from '@/lib/version'
import { expectShortLife } from './engine'
import { Failure, reason } from './failure'

/**
 * Runs the command line on `argv` (as `process.argv`) and resolves to its exit code: 0 done and nothing at or above
 * the threshold, 1 something at or above it, 2 it could not be done, with one sentence on standard error.
 */
export async function main(argv: readonly string[]): Promise<number> {
  if (isMainThread) expectShortLife()
  const result = { code: 0 }
  try {
    await program((code) => (result.code = code)).parseAsync([...argv])
    return result.code
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0
      if (error.code === 'commander.help')
        process.stderr.write('Say which command: tabellion --help lists them.\n')
      else process.stderr.write(`${sentence(error.message)}\n`)
      return 2
    }
    if (error instanceof Failure || error instanceof ConfigError)
      process.stderr.write(`${sentence(error.message)}\n`)
    else process.stderr.write(`Unexpected: ${reason(error)}.\n${stack(error)}`)
    return 2
  }
}

/** commander's "error: unknown option '--foo'" and its hint, as one sentence. */
function sentence(message: string): string {
  const text = message
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
  // A sentence may begin with the name of a file or a host, which is written as it is.
  const begun = text.replace(/^[a-z](?=[a-z]* )/, (letter) => letter.toUpperCase())
  return `${begun}${/[.?!)]$/.test(text) ? '' : '.'}`
}

/** Where a programmer looks; only with TABELLION_LOG=debug. */
function stack(error: unknown): string {
  try {
    return settings().logLevel === 'debug' && error instanceof Error ? `${error.stack ?? ''}\n` : ''
  } catch {
    return ''
  }
}

const url = () =>
  new Option(
    '--url <url>',
    'postgresql:// address or name of the database; default: DATABASE_URL, else the demonstration',
  )
const config = () =>
  new Option('--config <file>', 'configuration; default: tabellion.config.json when it is there')
const output = () => new Option('--output <file>', 'write to a file instead of standard output')
const language = () =>
  new Option('--lang <language>', 'language of the words').choices(['en', 'pt', 'pt-BR']).default('en')
const timing = () => new Option('--timing', 'print how long each part took, on standard error')
const format = (...choices: string[]) =>
  new Option('--format <format>', 'form of the result').choices(choices).default('text')

type Done = (code: number) => void

function program(done: Done): Command {
  const root = new Command('tabellion')
    .description(
      'Shows how well a PostgreSQL database is governed. Reads the catalog only and writes nothing there.',
    )
    .version(tabellionVersion, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({ outputError: () => {}, writeErr: () => {} })
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing at or above the threshold, 1 something at or above it, 2 it could not be done.',
    )
  addScan(root.command('scan').description('judge the database by every rule'), 'none', done)
  addScan(
    root.command('check').description('the same for CI: fails on findings at or above --fail-on'),
    'high',
    done,
  )
  root
    .command('access')
    .description('who can do what: each table, role and command with a verdict')
    .addOption(url())
    .addOption(config())
    .addOption(format('text', 'json', 'csv'))
    .addOption(new Option('--schema <name...>', 'look at these schemas only'))
    .addOption(new Option('--role <name...>', 'show these roles only'))
    .addOption(output())
    .addOption(timing())
    .addOption(language())
    .action(async (options) => done(await (await import('./commands/access')).access(options)))
  root
    .command('snapshot')
    .description('write what the catalog says, as JSON')
    .addOption(url())
    .addOption(config())
    .addOption(output())
    .addOption(timing())
    .action(async (options) => done(await (await import('./commands/snapshot')).snapshot(options)))
  root
    .command('diff')
    .description('what differs between two snapshots (files, addresses or names)')
    .argument('<a>', 'before')
    .argument('<b>', 'after')
    .addOption(config())
    .addOption(format('text', 'json'))
    .addOption(output())
    .addOption(language())
    .action(async (a, b, options) => done(await (await import('./commands/diff')).diff(a, b, options)))
  root
    .command('rules')
    .description('list the rules, or tell what these look for, why, and by which example')
    .argument('[ids...]', 'ids or codes')
    .addOption(format('text', 'json'))
    .addOption(language())
    .addOption(output())
    .action(async (ids, options) => done(await (await import('./commands/rules')).rules(ids, options)))
  root
    .command('prove')
    .description('try the fix of one finding on a clone of the schema: what goes, what comes, which locks')
    .argument('<key>', 'key of a finding, as scan --format json prints it')
    .addOption(url())
    .addOption(config())
    .addOption(format('text', 'json'))
    .addOption(language())
    .addOption(output())
    .action(async (key, options) => done(await (await import('./commands/prove')).prove(key, options)))
  root
    .command('signatures')
    .description('verify the digital signatures that a database keeps, over its documents as they stand')
    .addOption(url())
    .addOption(config())
    .addOption(
      new Option('--trust <folder>', 'trusted roots and revocation lists; default: the configuration’s'),
    )
    .addOption(new Option('--user <uuid>', 'whose clinics: clinic_members.user_id of an officer or auditor'))
    .addOption(format('text', 'json'))
    .addOption(output())
    .action(async (options) => done(await (await import('./commands/signatures')).signatures(options)))
  root
    .command('isolation')
    .description('can a session of one tenant reach a row of another: isolated, leaks, unknown')
    .addOption(url())
    .addOption(config())
    .addOption(format('text', 'json'))
    .addOption(new Option('--prove', 'only prove, from the catalog; without both options, both'))
    .addOption(new Option('--probe', 'only attack a clone of the schema, with made-up rows'))
    .addOption(language())
    .addOption(output())
    .addOption(timing())
    .action(async (options) => done(await (await import('./commands/isolation')).isolation(options)))
  root
    .command('fix')
    .description('the fixes of open findings as one ordered migration, with its way back; runs nothing')
    .addOption(url())
    .addOption(config())
    .addOption(new Option('--rule <id...>', 'fixes of these rules only (id or code)'))
    .addOption(new Option('--key <key...>', 'fixes of these findings only'))
    .addOption(
      new Option('--severity <severity>', 'fixes of findings at or above it')
        .choices(['critical', 'high', 'medium', 'low'])
        .default('low'),
    )
    .addOption(output())
    .addOption(new Option('--way-back <file>', 'write what takes it back to this file'))
    .addOption(language())
    .action(async (options) => done(await (await import('./commands/fix')).fix(options)))
  root
    .command('isolation-run', { hidden: true })
    .description('what the pages start for an isolation run')
    .action(async () => done(await (await import('./commands/isolation-run')).isolationRun()))
  root
    .command('isolation-share', { hidden: true })
    .description('what isolation starts for its threads')
    .action(async () => done(await (await import('./commands/isolation-share')).isolationShare()))
  root
    .command('doctor')
    .description('what this role may see and do, what stays unknown, the GRANTs that would help')
    .addOption(url())
    .addOption(config())
    .addOption(format('text', 'json'))
    .addOption(output())
    .addOption(language())
    .action(async (options) => done(await (await import('./commands/doctor')).doctor(options)))
  addAudit(root, done)
  return root
}

const whole = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.')
  return Number(text)
}

function addAudit(root: Command, done: Done): void {
  const audit = root.command('audit').description('the sealed audit log: verify, seal, sign, prove, export')
  const on = (name: string, text: string) =>
    audit.command(name).description(text).addOption(url()).addOption(config()).addOption(output())
  on('verify', 'is every sealed entry as it was, and does everybody outside agree')
    .option('--from <size>', 'only what came after this size, the end of a block', whole)
    .option('--to <size>', 'only up to this size', whole)
    .option('--since-last', 'only what came after the last verification that found everything intact')
    .option('--checkpoint <file...>', 'checkpoints that you hold')
    .option('--rows', 'compare every row of every watched table, however many')
    .option('--workers <n>', 'connections at work at the same time', whole)
    .addOption(format('text', 'json'))
    .addOption(language())
    .action(async (options) => done(await (await import('./commands/audit-verify')).verify(options)))
  on('seal', 'seal what is committed and not sealed yet')
    .addOption(format('text', 'json'))
    .action(async (options) => done(await (await import('./commands/audit')).seal(options)))
  on('checkpoint', 'seal, sign, send to the witnesses, print the signed note')
    .option('--rotate', 'make a new key; this checkpoint is signed by the old one and the new one')
    .action(async (options) => done(await (await import('./commands/audit')).checkpoint(options)))
  on('key', 'print the keys that others need to check what is signed here').action(async (options) =>
    done(await (await import('./commands/audit')).key(options)),
  )
  on('prove', 'print the proof that one entry is in the log')
    .argument('<id>', 'number of the entry')
    .action(async (id, options) => done(await (await import('./commands/audit')).prove(id, options)))
  on('install', 'print the migration that puts capture on tables of any database')
    .option('--table <name...>', 'tables, as schema.table')
    .option('--apply', 'run it instead of printing it')
    .option('--remove', 'take capture away; the log stays')
    .action(async (options) => done(await (await import('./commands/audit-install')).install(options)))
  on('archive', 'write whole months into files that anybody can check, and take them out of the log')
    .requiredOption('--before <month>', 'YYYY-MM, the first month that stays')
    .requiredOption('--folder <folder>', 'where the files go')
    .action(async (options) => done(await (await import('./commands/audit-archive')).archive(options)))
  on('ingest', 'take what pgaudit wrote into the server’s log into the ledger')
    .argument('<path...>', 'files of csvlog or jsonlog, or folders of them')
    .addOption(format('text', 'json'))
    .action(async (paths, options) =>
      done(await (await import('./commands/audit-ingest')).ingest(paths, options)),
    )
  on('export', 'write entries that anybody can check without the database')
    .option('--from <position>', 'first position, from 0', whole)
    .option('--to <position>', 'first position left out', whole)
    .option('--size <size>', 'under the checkpoint of this size', whole)
    .action(async (options) => done(await (await import('./commands/audit')).exportEntries(options)))
}

function addScan(command: Command, failOn: string, done: Done): void {
  command
    .addOption(url())
    .addOption(config())
    .addOption(new Option('--schema <name...>', 'look at these schemas only'))
    .addOption(format('text', 'json', 'sarif', 'junit', 'markdown', 'csv'))
    .addOption(output())
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 when an open finding is at or above it')
        .choices(['critical', 'high', 'medium', 'low', 'none'])
        .default(failOn),
    )
    .addOption(new Option('--baseline <file>', 'an earlier --format json: fail on new findings only'))
    .addOption(new Option('--isolation <file>', 'what isolation --format json said settles what rules guess'))
    .addOption(new Option('--rule <id...>', 'judge by these rules only (id or code)'))
    .addOption(language())
    .addOption(timing())
    .action(async (options) => done(await (await import('./commands/scan')).scan(options)))
}
