using System.Text.Json;
using CareerPlatform.Enrolment.Client;

namespace CareerPlatform.College;

/// <summary>The college's own records: here files, one per lead, and the cursor. A real college has a database, encrypts it, and lets only the admission office in.</summary>
public sealed class Records
{
    private readonly string folder;

    public Records(string folder) => this.folder = Directory.CreateDirectory(folder).FullName;

    public int Count => Directory.GetFiles(folder, "*.json").Length;

    public async Task<string?> Cursor(CancellationToken ct) => File.Exists(CursorFile) ? await File.ReadAllTextAsync(CursorFile, ct) : null;

    public async Task KeepCursor(string cursor, CancellationToken ct)
    {
        await File.WriteAllTextAsync($"{CursorFile}.new", cursor, ct);
        File.Move($"{CursorFile}.new", CursorFile, overwrite: true);
    }

    public Task Keep(Lead lead, CancellationToken ct) => File.WriteAllTextAsync(FileOf(lead.LeadId), JsonSerializer.Serialize(lead), ct);

    public void Delete(Guid lead) => File.Delete(FileOf(lead));

    public Task DeleteOthers(IReadOnlySet<Guid> held)
    {
        foreach (var file in Directory.GetFiles(folder, "*.json"))
        {
            if (!held.Contains(Guid.Parse(Path.GetFileNameWithoutExtension(file)))) File.Delete(file);
        }
        return Task.CompletedTask;
    }

    private string CursorFile => Path.Combine(folder, "cursor.txt");

    private string FileOf(Guid lead) => Path.Combine(folder, $"{lead}.json");
}
