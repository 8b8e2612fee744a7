-- Answers to start forms are forgotten some at a time: whoever holds one of them keeps nobody waiting, and no lock is held for long.
-- The function that forgets all at once stays for the release before.
create function forget_start_requests(before timestamptz, most bigint) returns bigint
    language sql volatile security definer set search_path = public, pg_temp
begin atomic
    with chosen as (
        select user_id, workspace_id, idempotency_key from start_requests where created_at < before limit most for update skip locked),
    forgotten as (
        delete from start_requests s using chosen c
        where (s.user_id, s.workspace_id, s.idempotency_key) = (c.user_id, c.workspace_id, c.idempotency_key) returning 1)
    select count(*) from forgotten;
end;
revoke execute on function forget_start_requests(timestamptz, bigint) from public;
grant execute on function forget_start_requests(timestamptz, bigint) to tenantatlas_web;
