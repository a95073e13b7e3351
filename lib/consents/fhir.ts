import type { Consent, ConsentEvent } from './detail'
import type { Kind } from './types'

/**
 * One consent as FHIR R4, shaped as IHE PCF basic consents are: a Bundle of the Consent, the document it was given on,
 * and one Provenance for each event. `status` is the effective one. Ours ends at an exclusive instant and a FHIR period
 * includes its end, so one second is taken off. No name, no CPF: the patient is an id of this clinic.
 */
export function consentBundle(consent: Consent, events: readonly ConsentEvent[], origin: string, now: Date) {
  const entries = [
    consentOf(consent, origin),
    documentOf(consent),
    { resourceType: 'Organization', id: consent.clinicId, name: consent.clinicName },
    { resourceType: 'Patient', id: consent.patientId },
    ...(consent.signerKind && consent.signerKind !== 'patient'
      ? [{ resourceType: 'RelatedPerson', id: relatedId(consent), patient: patientOf(consent) }]
      : []),
    ...[...events].reverse().map((event) => provenanceOf(consent, event)),
  ]
  return {
    resourceType: 'Bundle',
    type: 'collection',
    timestamp: now.toISOString(),
    entry: entries.map((resource) => ({ fullUrl: `urn:uuid:${resource.id}`, resource })),
  }
}

const patientOf = (consent: Consent) => ({ reference: `Patient/${consent.patientId}` })
/** The representative of this consent, without their name: one id for each consent. */
const relatedId = (consent: Consent) => `${consent.id.slice(0, 24)}${consent.patientId.slice(24)}`

function consentOf(consent: Consent, origin: string) {
  const performer =
    consent.signerKind === 'representative'
      ? [{ reference: `RelatedPerson/${relatedId(consent)}` }]
      : consent.signerKind === 'both'
        ? [patientOf(consent), { reference: `RelatedPerson/${relatedId(consent)}` }]
        : [patientOf(consent)]
  const start = consent.decidedAt ?? consent.recordedAt
  const end = [consent.expiresAt, consent.endDeclaredAt, consent.endedAt]
    .filter((each) => each !== null)
    .sort()[0]
  const permits = consent.status === 'granted' || consent.decidedAt !== null
  return {
    resourceType: 'Consent',
    id: consent.id,
    meta: { profile: ['https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consentBasic'] },
    identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${consent.id}` }],
    status: statusOf(consent),
    scope: {
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/consentscope',
          code: scopes[consent.kind as Kind] ?? 'patient-privacy',
        },
      ],
    },
    category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0', display: 'Consent Document' }] }],
    patient: patientOf(consent),
    dateTime: start,
    performer,
    organization: [{ reference: `Organization/${consent.clinicId}` }],
    sourceReference: { reference: `DocumentReference/${documentId(consent)}` },
    policy: [{ uri: `${origin}/termos/${consent.clinicId}/${consent.purposeCode}/v${consent.termVersion}` }],
    provision: {
      type: permits ? 'permit' : 'deny',
      period: { start, ...(end ? { end: secondBefore(end) } : {}) },
      purpose: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
          code: purposeOfUse(consent.purposeCode),
        },
      ],
      actor: [
        {
          role: {
            coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'IRCP' }],
          },
          reference: { reference: `Organization/${consent.clinicId}` },
        },
      ],
    },
  }
}

/** R4 has no word for why something ended: that is in the Provenance. */
function statusOf(consent: Consent): string {
  if (consent.status === 'pending') return 'proposed'
  if (consent.status === 'granted') return 'active'
  if (consent.reason === 'refused') return 'rejected'
  return consent.reason === 'entered_in_error' ? 'entered-in-error' : 'inactive'
}

const scopes: Readonly<Record<Kind, string>> = {
  data_processing: 'patient-privacy',
  procedure_tcle: 'treatment',
  image: 'patient-privacy',
  telemedicine: 'treatment',
  ai: 'patient-privacy',
  marketing: 'patient-privacy',
  sharing: 'patient-privacy',
  research: 'research',
}

function purposeOfUse(code: string): string {
  if (/^(care|procedure)\./.test(code)) return 'TREAT'
  if (/^(marketing|media\.publication)/.test(code)) return 'HMARKT'
  if (/^(research|ai\.training)/.test(code)) return 'HRESCH'
  if (code === 'sharing.family') return 'FAMRQT'
  return 'HOPERAT'
}

const secondBefore = (instant: string) => new Date(Date.parse(instant) - 1000).toISOString()

/** The text and the signature are one document: its id is made of theirs. */
const documentId = (consent: Consent) => `${consent.termId.slice(0, 24)}${consent.id.slice(24)}`

function documentOf(consent: Consent) {
  return {
    resourceType: 'DocumentReference',
    id: documentId(consent),
    status: 'current',
    subject: patientOf(consent),
    description: `${consent.termTitle}, v${consent.termVersion}`,
    // FHIR's own `hash` is SHA-1; ours is SHA-256 and stands as an identifier of the document.
    identifier: [
      { system: 'urn:ietf:params:xml:ns:sha-256', value: consent.termSha256 },
      ...(consent.evidenceSha256
        ? [{ system: 'urn:ietf:params:xml:ns:sha-256', value: consent.evidenceSha256 }]
        : []),
    ],
    content: [{ attachment: { contentType: 'text/plain', title: consent.termTitle } }],
  }
}

function provenanceOf(consent: Consent, event: ConsentEvent) {
  return {
    resourceType: 'Provenance',
    id: event.id,
    target: [{ reference: `Consent/${consent.id}` }],
    occurredDateTime: event.occurredAt,
    recorded: event.recordedAt,
    activity: { text: event.type },
    ...(event.reasonCode ? { reason: [{ text: event.reasonCode }] } : {}),
    agent: [
      {
        type: { text: event.actorKind },
        who:
          event.actorKind === 'patient'
            ? patientOf(consent)
            : event.actorKind === 'representative'
              ? { display: 'representative' }
              : event.actorUserId
                ? { identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${event.actorUserId}` } }
                : { reference: `Organization/${consent.clinicId}` },
      },
    ],
  }
}
