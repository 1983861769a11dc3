using System.Text.Json;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Areas;

/// <summary>Keeps the register of areas with dates and predecessors, so that a figure can be asked for old or new borders.</summary>
/// <remarks>Safe to repeat and safe out of order: an area is named by kind, code and first day, and an older version never replaces a newer.</remarks>
public sealed class NoteAreasWhenAreaRegisterChanged : IReaction<AreaRegisterChanged>
{
    private static readonly JsonSerializerOptions Columns = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public Task When(AreaRegisterChanged fact, Heard heard, Work work, CancellationToken ct) => work.Execute(
        """
        insert into areas as kept (tenant_id, kind, code, valid_from, valid_to, name, parent, disadvantaged, predecessors, version)
        select distinct on (a.kind, a.code, a.valid_from) @Tenant, a.kind, a.code, a.valid_from, a.valid_to, a.name, a.parent, a.disadvantaged, a.predecessors, @Version
        from jsonb_to_recordset(@Areas::jsonb) a(kind varchar, code varchar, valid_from date, valid_to date, name varchar, parent varchar, disadvantaged boolean, predecessors jsonb)
        order by a.kind, a.code, a.valid_from
        on conflict (tenant_id, kind, code, valid_from) do update set
          valid_to = excluded.valid_to, name = excluded.name, parent = excluded.parent, disadvantaged = excluded.disadvantaged,
          predecessors = excluded.predecessors, version = excluded.version
        where kept.version < excluded.version
        """,
        new { work.Tenant, Version = heard.StreamVersion, Areas = JsonSerializer.Serialize(fact.Areas, Columns) });
}
