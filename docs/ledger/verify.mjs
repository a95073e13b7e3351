#!/usr/bin/env node
// Checks an export of Tabellion's audit log, or the proof of one entry, without Tabellion and without the database.
//   node verify.mjs FILE --key 'name+id+base64' [--checkpoint FILE]
// FILE is what `tabellion audit export` or `tabellion audit prove` wrote, or entries.ndjson of an evidence package. The key says who must have signed; a checkpoint
// that you got elsewhere must then agree. Needs Node 20 and nothing else. The format is told in docs/ledger.md.
// Exit codes: 0 everything agrees, 1 something does not, 2 it could not be checked.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { closeSync, createReadStream, openSync, readFileSync, readSync } from 'node:fs'
import { createInterface } from 'node:readline'

class Wrong extends Error {}
const must = (condition, text) => {
  if (!condition) throw new Wrong(text)
}
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
const node = (left, right) => sha256(Buffer.from([1]), left, right)

// ---- the canonical form of an entry: record_send of PostgreSQL --------------------------------------------------------
const text = [17, (v) => Buffer.from(v, 'utf8')]
const bytes = [
  17,
  (v) => (must(/^([0-9a-f]{2})*$/.test(v), 'a hash is not hexadecimal'), Buffer.from(v, 'hex')),
]
const uuid = [
  2950,
  (v) => (
    must(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(v), 'a uuid is none'),
    Buffer.from(v.replaceAll('-', ''), 'hex')
  ),
]
const integer = (oid, size, write) => [
  oid,
  (v) => (must(Number.isInteger(v), 'a number is none'), write(Buffer.alloc(size), v)),
]
const int2 = integer(21, 2, (b, v) => (b.writeInt16BE(v), b))
const int4 = integer(23, 4, (b, v) => (b.writeInt32BE(v), b))
const big = (v) => {
  const b = Buffer.alloc(8)
  b.writeBigInt64BE(v)
  return b
}
const int8 = [20, (v) => (must(/^(0|[1-9]\d{0,18})$/.test(v), 'a number is none'), big(BigInt(v)))]
const bool = [16, (v) => (must(typeof v === 'boolean', 'a truth value is none'), Buffer.from([v ? 1 : 0]))]
const instant = [
  1184,
  (v) => {
    const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})Z$/.exec(v)
    must(found, 'an instant is none')
    const seconds = BigInt(Date.parse(`${found[1]}Z`)) / 1000n - 946684800n
    return big(seconds * 1_000_000n + BigInt(found[2]))
  },
]
const fields = Object.entries({
  v: int2,
  id: int8,
  event_id: uuid,
  clinic_id: uuid,
  occurred_at: instant,
  recorded_at: instant,
  xact_id: int8,
  actor_user_id: uuid,
  actor_role: text,
  actor_proof: text,
  on_behalf_of: uuid,
  session_role: text,
  action: text,
  outcome: text,
  table_name: text,
  record_id: uuid,
  record_key: text,
  patient_ref: uuid,
  changed_fields: text,
  old_values: text,
  new_values: text,
  before_hash: bytes,
  after_hash: bytes,
  phi_accessed: bool,
  purpose_of_use: text,
  legal_basis: text,
  consent_id: uuid,
  activity_id: uuid,
  recipient: text,
  ip: text,
  user_agent: text,
  component: text,
  request_id: text,
  session_ref: text,
  record_count: int4,
  salt_hash: bytes,
})

function leafOf(entry) {
  must(
    entry && typeof entry === 'object' && Object.keys(entry).join() === fields.map(([name]) => name).join(),
    'an entry has other fields than it must',
  )
  must(entry.v === 1, 'an entry is of a version that this verifier does not know')
  const parts = [Buffer.from([0]), int4[1](fields.length)]
  for (const [name, [oid, write]] of fields) {
    const value = entry[name]
    if (value !== null && [17, 20, 1184, 2950].includes(oid))
      must(typeof value === 'string', `${name} is not text`)
    const body = value === null ? null : write(value)
    parts.push(int4[1](oid), int4[1](body ? body.length : -1), ...(body ? [body] : []))
  }
  return sha256(...parts)
}

// ---- the tree: a list of full subtrees, largest first -----------------------------------------------------------------
class Tree {
  constructor() {
    this.size = 0
    this.peaks = []
  }
  /** Appends a full subtree of 2 ** height leaves. */
  push(height, hash) {
    must(
      Number.isInteger(height) && height >= 0 && height < 50 && this.size % 2 ** height === 0,
      'a subtree does not fit there',
    )
    const width = 2 ** height
    let [at, level, sum] = [this.size / width, height, hash]
    for (; at % 2 === 1; at = (at - 1) / 2, level++) sum = node(this.peaks.pop().hash, sum)
    this.peaks.push({ level, hash: sum })
    this.size += width
  }
  root() {
    return this.peaks.length === 0
      ? sha256()
      : this.peaks.map((peak) => peak.hash).reduceRight((right, left) => node(left, right))
  }
}
const hashOf = (base64) => {
  const hash = Buffer.from(String(base64), 'base64')
  must(hash.length === 32, 'a hash has not 32 bytes')
  return hash
}

// ---- signed notes -----------------------------------------------------------------------------------------------------
function checkpointOf(note, key) {
  const cut = note.lastIndexOf('\n\n')
  must(cut > 0 && note.endsWith('\n'), 'the checkpoint is not a signed note')
  const body = note.slice(0, cut + 1)
  const [origin, size, root] = body.split('\n')
  must(/^\d{1,16}$/.test(size) && hashOf(root), 'the checkpoint says no size and root')
  if (key) {
    const [, name, id, base64] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(key) ?? []
    const typed = Buffer.from(base64 ?? '', 'base64')
    // A key that is none says nothing about the log.
    if (typed.length !== 33 || typed[0] !== 1) throw new Error('--key is not an Ed25519 verifier key')
    if (sha256(`${name}\n`, typed).subarray(0, 4).toString('hex') !== id)
      throw new Error('--key has another id than it says')
    must(name === origin, `the checkpoint is of ${origin}, the key of ${name}`)
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), typed.subarray(1)])
    const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    const signed = note
      .slice(cut + 2)
      .split('\n')
      .some((line) => {
        const found = /^— (\S+) (\S+)$/.exec(line)
        if (!found || found[1] !== name) return false
        const signature = Buffer.from(found[2], 'base64')
        return (
          signature.subarray(0, 4).toString('hex') === id &&
          verify(null, Buffer.from(body), publicKey, signature.subarray(4))
        )
      })
    must(signed, 'the key did not sign the checkpoint')
  }
  return { origin, size: Number(size), root: hashOf(root) }
}

// ---- the two kinds of files -------------------------------------------------------------------------------------------
async function segment(lines, key) {
  const header = JSON.parse((await lines.next()).value ?? 'null')
  must(header?.tabellion === 'segment/1', 'this is no export of an audit log')
  const said = checkpointOf(header.checkpoint, key)
  const tree = new Tree()
  for (const [height, hash] of header.left) tree.push(height, hashOf(hash))
  must(tree.size === header.first, 'what comes before does not have that size')
  let count = 0
  for await (const line of { [Symbol.asyncIterator]: () => lines }) {
    const entry = JSON.parse(line)
    // A name that stands twice, or another spelling, could show a reader something else than what is hashed.
    must(JSON.stringify(entry) === line, `line ${count + 2} is not written as it must be`)
    tree.push(0, leafOf(entry))
    count++
  }
  must(count === header.count, `the header says ${header.count} entries, there are ${count}`)
  for (const [height, hash] of header.right) tree.push(height, hashOf(hash))
  must(tree.size === said.size, `the tree has ${tree.size} entries, the checkpoint ${said.size}`)
  must(tree.root().equals(said.root), 'the entries do not lead to the root that was signed')
  return { ...said, text: `${count} entries, positions ${header.first} to ${header.first + count - 1}` }
}

/** The root that an entry at a position leads to, by the hashes beside its way up (RFC 9162, 2.1.3.2). */
function rootOf(entry, position, size, hashes) {
  must(
    Number.isInteger(position) && position >= 0 && position < size && Array.isArray(hashes),
    'the proof is of another size',
  )
  let [at, last, hash] = [position, size - 1, leafOf(entry)]
  for (const other of hashes.map(hashOf)) {
    must(last > 0, 'the proof is too long')
    if (at % 2 === 1 || at === last) {
      hash = node(other, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else hash = node(hash, other)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  must(last === 0, 'the proof is too short')
  return hash
}

function proof(text, key) {
  const given = JSON.parse(text)
  must(given?.tabellion === 'proof/1', 'this is no proof of an entry')
  must(
    Object.keys(given).join() === 'tabellion,entry,position,size,hashes,checkpoint',
    'the proof has other parts than it must',
  )
  // As in an export: a second spelling could show a reader something else than what is hashed.
  must(text === `${JSON.stringify(given, null, 2)}\n`, 'the proof is not written as it must be')
  const said = checkpointOf(given.checkpoint, key)
  must(given.size === said.size, 'the proof is of another size')
  const root = rootOf(given.entry, given.position, given.size, given.hashes)
  must(root.equals(said.root), 'the entry does not lead to the root that was signed')
  return { ...said, text: `entry ${given.entry.id} at position ${given.position}` }
}

/** Any selection of entries, each with its proof under one checkpoint; the last line says how many there are. */
async function evidence(lines, key) {
  const header = JSON.parse((await lines.next()).value ?? 'null')
  must(header?.tabellion === 'evidence/1', 'this is no evidence of an audit log')
  const said = checkpointOf(header.checkpoint, key)
  const seen = new Set()
  let end = null
  for await (const line of { [Symbol.asyncIterator]: () => lines }) {
    must(end === null, 'something stands behind the last line')
    const one = JSON.parse(line)
    must(JSON.stringify(one) === line, `line ${seen.size + 2} is not written as it must be`)
    if ('end' in one) {
      end = one
      continue
    }
    must(Object.keys(one).join() === 'entry,position,hashes', 'an entry has other parts than it must')
    must(!seen.has(one.position), `position ${one.position} stands there twice`)
    seen.add(one.position)
    must(
      rootOf(one.entry, one.position, said.size, one.hashes).equals(said.root),
      `entry ${one.entry?.id} does not lead to the root that was signed`,
    )
  }
  must(end !== null, 'the file ends before its last line')
  must(end.end === seen.size, `the last line says ${end.end} entries, there are ${seen.size}`)
  return {
    ...said,
    text: `${seen.size} entries${end.leftOut ? `; ${end.leftOut} others matched and were not sealed yet` : ''}`,
  }
}

async function main(args) {
  const [file] = args.filter((arg, at) => !arg.startsWith('--') && !args[at - 1]?.startsWith('--'))
  const option = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)
  if (!file) throw new Error('say which file: node verify.mjs FILE --key KEY')
  const key = option('--key')
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity })[
    Symbol.asyncIterator
  ]()
  const head = Buffer.alloc(40)
  const handle = openSync(file, 'r')
  readSync(handle, head)
  closeSync(handle)
  const found = head.includes('"segment/1"')
    ? await segment(lines, key)
    : head.includes('"evidence/1"')
      ? await evidence(lines, key)
      : proof(readFileSync(file, 'utf8'), key)
  if (option('--checkpoint')) {
    const other = checkpointOf(readFileSync(option('--checkpoint'), 'utf8'), key)
    must(other.origin === found.origin, 'the other checkpoint is of another log')
    must(
      other.size !== found.size || other.root.equals(found.root),
      'the other checkpoint has another root for the same size',
    )
    must(
      other.size === found.size,
      `the other checkpoint is of size ${other.size}: export up to it to compare`,
    )
  }
  console.log(
    `${key ? 'Intact' : 'Whole, but the signature was not checked (--key)'}: ${found.text}, under the checkpoint of ${found.size} entries of ${found.origin}.`,
  )
  return key ? 0 : 2
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(
    error instanceof Wrong || error instanceof SyntaxError || error instanceof TypeError
      ? `Not intact: ${error.message}.`
      : `Could not check: ${error.message}.`,
  )
  process.exitCode =
    error instanceof Wrong || error instanceof SyntaxError || error instanceof TypeError ? 1 : 2
}
