set role neonpro_owner;

-- One sitting of one patient: on the clinic's device or on their own phone. Neither the address nor the cookie is here,
-- only their hashes: whoever reads this table opens nothing.
create table public.consent_links (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  patient_id uuid not null,
  representative_id uuid,
  signer_kind public.consent_signer not null,
  device text not null,
  consent_ids uuid[] not null,
  token_sha256 bytea not null,
  sitting_sha256 bytea,
  wrong_answers integer not null default 0,
  expires_at timestamptz not null,
  opened_at timestamptz,
  sitting_until timestamptz,
  closed_at timestamptz,
  closed_reason text,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint consent_links_clinic_id_key unique (clinic_id, id),
  constraint consent_links_token_key unique (token_sha256),
  constraint consent_links_sitting_key unique (sitting_sha256),
  constraint consent_links_patient_fkey foreign key (clinic_id, patient_id)
    references public.patients (clinic_id, id) on delete restrict,
  constraint consent_links_representative_fkey foreign key (clinic_id, patient_id, representative_id)
    references public.patient_representatives (clinic_id, patient_id, id) on delete restrict,
  constraint consent_links_device_check check (device in ('clinic', 'own')),
  constraint consent_links_signer_check check ((signer_kind = 'patient') = (representative_id is null)),
  constraint consent_links_consents_check check (cardinality(consent_ids) between 1 and 20),
  constraint consent_links_sha_check check (octet_length(token_sha256) = 32 and octet_length(sitting_sha256) = 32),
  constraint consent_links_period_check check (expires_at > created_at and expires_at <= created_at + interval '7 days'),
  constraint consent_links_opened_check check ((opened_at is null) = (sitting_sha256 is null) and (opened_at is null) = (sitting_until is null)),
  constraint consent_links_closed_check check (
    (closed_at is null) = (closed_reason is null) and closed_reason in ('done', 'revoked', 'wrong_answers')
  )
);
create index consent_links_patient_idx on public.consent_links (clinic_id, patient_id, representative_id);
create index consent_links_recent_idx on public.consent_links (clinic_id, created_at desc);
select app.keep('public.consent_links');

create function app.link_secret() returns bytea language sql stable parallel safe
  as $$ select sha256(convert_to(nullif(current_setting('app.link_token', true), ''), 'UTF8')) $$;
comment on function app.link_secret() is 'Prova do segredo que a sessão apresentou; nulo sem link.';

create function app.linked_clinic() returns uuid
language plpgsql stable security definer parallel safe set search_path = pg_catalog, pg_temp
as $$
begin
  -- Most sessions bring neither, and nothing is looked up for them.
  if coalesce(current_setting('app.link_token', true), '') <> '' then
    return (
      select l.clinic_id from public.consent_links l
      where l.closed_reason is distinct from 'revoked' and (
        (l.sitting_sha256 = app.link_secret() and l.sitting_until > now())
        or (l.token_sha256 = app.link_secret() and l.opened_at is null and l.expires_at > now())
      )
    );
  elsif coalesce(current_setting('app.withdrawing', true), '') <> '' then
    return (select r.clinic_id from public.consent_receipts r where r.code = current_setting('app.withdrawing', true));
  end if;
  return null;
end
$$;
comment on function app.linked_clinic() is 'Clínica do link vivo, ou do recibo, que a sessão apresentou.';

create function app.acting_clinics() returns uuid[]
language sql stable security definer parallel safe set search_path = pg_catalog, pg_temp
as $$ select array_remove(app.my_clinics() || app.linked_clinic(), null) $$;
comment on function app.acting_clinics() is 'Onde as funções da aplicação agem: clínicas do usuário, mais a do link vivo.';

comment on table public.consent_links is 'Sessões de assinatura por link, de uso único. [pers audit=writes rls=R1 keep=5y]';
comment on column public.consent_links.id is 'Identificador. [int]';
comment on column public.consent_links.clinic_id is 'Clínica. [int]';
comment on column public.consent_links.patient_id is 'Paciente. [pers]';
comment on column public.consent_links.representative_id is 'Representante que assina. [pers]';
comment on column public.consent_links.signer_kind is 'Quem assina. [int]';
comment on column public.consent_links.device is 'No aparelho da clínica ou no próprio. [int]';
comment on column public.consent_links.consent_ids is 'Pedidos que o link mostra, e nenhum outro. [int]';
comment on column public.consent_links.token_sha256 is 'Prova do endereço. [sec evid]';
comment on column public.consent_links.sitting_sha256 is 'Prova da sessão aberta com ele. [sec evid]';
comment on column public.consent_links.wrong_answers is 'Datas de nascimento erradas; cinco fecham o link. [int]';
comment on column public.consent_links.expires_at is 'Até quando se abre. [int]';
comment on column public.consent_links.opened_at is 'Quando foi aberto, uma única vez. [int evid]';
comment on column public.consent_links.sitting_until is 'Até quando vale a sessão aberta. [int]';
comment on column public.consent_links.closed_at is 'Quando se fechou. [int evid]';
comment on column public.consent_links.closed_reason is 'Por que se fechou. [int]';
comment on column public.consent_links.created_at is 'Criação. [int]';
comment on column public.consent_links.created_by is 'Quem criou. [int]';
comment on column public.consent_links.updated_at is 'Última alteração. [int]';
comment on column public.consent_links.row_version is 'Versão da linha. [int]';

reset role;
