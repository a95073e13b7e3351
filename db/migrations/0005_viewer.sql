-- A viewer sees the catalog and its findings; healthcare records and their log are for those who work with them.
delete from tabellion.permission where role = 'viewer' and permission in ('consents:read', 'audit:read');
