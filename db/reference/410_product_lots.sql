set role neonpro_owner;

create type public.regulatory_kind as enum ('medicine', 'device', 'cosmetic', 'sanitizer');
create type public.lot_status as enum ('available', 'quarantined', 'recalled', 'exhausted', 'discarded');

create table public.product_lots (
  id uuid primary key default gen_random_uuid(),
  clinic_id uuid not null references public.clinics (id) on delete restrict,
  product_name text not null,
  manufacturer text not null,
  supplier text,
  regulatory_kind public.regulatory_kind not null,
  anvisa_registration text not null,
  risk_class text,
  udi_di text,
  udi_pi text,
  lot_number text not null,
  expires_on date not null,
  received_on date not null,
  invoice_ref text,
  quantity_received numeric(12, 3) not null,
  quantity_left numeric(12, 3) not null,
  unit text not null,
  storage text,
  status public.lot_status not null default 'available',
  recall_ref text,
  recalled_at timestamptz,
  controlled_list text,
  created_at timestamptz not null default now(),
  created_by uuid default app.user_id(),
  updated_at timestamptz not null default now(),
  row_version integer not null default 1,
  constraint product_lots_clinic_id_key unique (clinic_id, id),
  constraint product_lots_lot_key unique (clinic_id, anvisa_registration, lot_number),
  constraint product_lots_registration_check check (
    case regulatory_kind
      when 'medicine' then anvisa_registration ~ '^[0-9]{13}$'
      when 'device' then anvisa_registration ~ '^[0-9]{11}$'
      else anvisa_registration ~ '^[0-9]{9,16}$'
    end
  ),
  constraint product_lots_risk_check check (
    (risk_class is null or risk_class in ('I', 'II', 'III', 'IV')) and (regulatory_kind <> 'device' or risk_class is not null)
  ),
  constraint product_lots_quantity_check check (quantity_received > 0 and quantity_left between 0 and quantity_received),
  constraint product_lots_recall_check check (status <> 'recalled' or (recall_ref is not null and recalled_at is not null))
);

create index product_lots_expiry_idx on public.product_lots (clinic_id, expires_on) where status = 'available';
create index product_lots_lot_idx on public.product_lots (clinic_id, lot_number);
select app.keep('public.product_lots');

comment on table public.product_lots is 'Lotes recebidos: registro, validade, estoque, recolhimento. [int audit=writes rls=R1 keep=20y]';
comment on column public.product_lots.id is 'Identificador. [int]';
comment on column public.product_lots.clinic_id is 'Clínica. [int]';
comment on column public.product_lots.product_name is 'Produto. [pub]';
comment on column public.product_lots.manufacturer is 'Fabricante. [pub]';
comment on column public.product_lots.supplier is 'Fornecedor. [pub]';
comment on column public.product_lots.regulatory_kind is 'Medicamento, dispositivo, cosmético ou saneante. [pub]';
comment on column public.product_lots.anvisa_registration is 'Registro na ANVISA, como no rótulo. [pub]';
comment on column public.product_lots.risk_class is 'Classe de risco do dispositivo. [pub]';
comment on column public.product_lots.udi_di is 'UDI, identificador do dispositivo. [pub]';
comment on column public.product_lots.udi_pi is 'UDI, identificador de produção. [pub]';
comment on column public.product_lots.lot_number is 'Lote. [int]';
comment on column public.product_lots.expires_on is 'Validade. [int]';
comment on column public.product_lots.received_on is 'Recebimento. [int]';
comment on column public.product_lots.invoice_ref is 'Nota fiscal. [int]';
comment on column public.product_lots.quantity_received is 'Quantidade recebida. [int]';
comment on column public.product_lots.quantity_left is 'Quantidade que resta, mantida por gatilho. [int]';
comment on column public.product_lots.unit is 'Unidade. [int]';
comment on column public.product_lots.storage is 'Conservação. [int]';
comment on column public.product_lots.status is 'Situação. [int]';
comment on column public.product_lots.recall_ref is 'Referência do recolhimento. [int]';
comment on column public.product_lots.recalled_at is 'Quando se soube do recolhimento. [int]';
comment on column public.product_lots.controlled_list is 'Lista da Portaria 344/1998. [int]';
comment on column public.product_lots.created_at is 'Criação. [int]';
comment on column public.product_lots.created_by is 'Quem criou. [int]';
comment on column public.product_lots.updated_at is 'Última alteração. [int]';
comment on column public.product_lots.row_version is 'Versão da linha. [int]';

reset role;
