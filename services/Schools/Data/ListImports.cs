using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Data;

/// <summary>Remembers the last file of each list, so that sending it again does nothing.</summary>
public static class ListImports
{
    public static async Task<bool> IsLast(this Work work, string list, string scope, byte[] sha256) =>
        await work.Single<bool>("select exists (select from list_import where tenant_id = @Tenant and list = @list and scope = @scope and sha256 = @sha256)", new { work.Tenant, list, scope, sha256 });

    public static Task Remember(this Work work, string list, string scope, byte[] sha256, int rows, string by, DateTimeOffset at) => work.Execute(
        """
        insert into list_import (tenant_id, list, scope, sha256, imported_at, imported_by, rows) values (@Tenant, @list, @scope, @sha256, @at, @by, @rows)
        on conflict (tenant_id, list, scope) do update set sha256 = excluded.sha256, imported_at = excluded.imported_at, imported_by = excluded.imported_by, rows = excluded.rows
        """, new { work.Tenant, list, scope, sha256, at, by, rows });
}
