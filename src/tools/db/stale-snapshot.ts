/**
 * plpgsql that raises 55000 (with a message that begins with `subject`, an expression) in a transaction that keeps one snapshot, repeatable read or
 * serializable, if any other has committed since that was taken: rows that it does not see may be there. Those transactions are the ones that
 * the snapshot saw running and those that got their number later; pg_xact_status tells how each ended, and fails (22023) for a number not given out yet.
 */
export function raiseIfStale(subject: string): string {
  return `if pg_catalog.current_setting('transaction_isolation') not like 'read %' then
  declare
    seen constant pg_catalog.pg_snapshot := pg_catalog.pg_current_snapshot();
    later pg_catalog.xid8 := pg_catalog.pg_snapshot_xmax(seen);
    unseen boolean := exists (
      select from pg_catalog.pg_snapshot_xip(seen) running where pg_catalog.pg_xact_status(running) = 'committed');
  begin
    while not unseen loop
      unseen := pg_catalog.pg_xact_status(later) = 'committed';
      later := (later::text::numeric + 1)::text::pg_catalog.xid8;
    end loop;
    raise exception '%: others have committed since this % transaction began, and it does not see their rows.',
      ${subject}, pg_catalog.current_setting('transaction_isolation') using errcode = '55000', hint = 'Run it in read committed.';
  exception when invalid_parameter_value then
    null; -- The number was not given out yet: nobody has committed since.
  end;
end if;`
}
