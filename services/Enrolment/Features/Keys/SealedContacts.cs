using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Keys;

/// <summary>Opens contacts at the moment of use. Keys that are not here yet are asked of Schools, kept while an institution may read the lead, and deleted after that.</summary>
public sealed class SealedContacts(PupilKeys keys, IHttpClientFactory http, ILogger<SealedContacts> log)
{
    /// <summary>Opens all of them, or refuses with 503 `key_unavailable`: there is no answer with half of the people.</summary>
    public async Task<IReadOnlyDictionary<Guid, Contact>> Open(Work work, IReadOnlyCollection<(Guid Pupil, string Text)> contacts, CancellationToken ct)
    {
        var opened = await keys.TryOpen(work, contacts);
        if (contacts.Where(contact => !opened.ContainsKey(contact.Pupil)).Select(contact => contact.Pupil).ToList() is not { Count: > 0 } missing) return opened;

        await Fetch(work, missing, ct);
        opened = await keys.TryOpen(work, contacts);
        return contacts.All(contact => opened.ContainsKey(contact.Pupil)) ? opened
            : throw new RuleBroken("key_unavailable", "Không mở được dữ liệu liên hệ", "The key of a pupil is not here, and Schools did not give it.", 503).After(30);
    }

    /// <summary>Brings the keys of these pupils here; says how many there were, none when Schools does not answer.</summary>
    public async Task<int> Fetch(Work work, IReadOnlyCollection<Guid> pupils, CancellationToken ct)
    {
        var carried = await Ask(work.Tenant, pupils, ct);
        if (carried.Count > 0) await keys.Take(work, carried);
        return carried.Count;
    }

    private async Task<IReadOnlyList<CarriedKey>> Ask(string province, IReadOnlyCollection<Guid> pupils, CancellationToken ct)
    {
        try
        {
            using var schools = http.CreateClient(InternalHttp.Client);
            using var answer = await schools.PostAsJsonAsync("http://schools/internal/pupil-keys", new { province, pupils }, ct);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<IReadOnlyList<CarriedKey>>(ct) ?? [] : [];
        }
        catch (Exception away) when (!ct.IsCancellationRequested)
        {
            log.LogWarning("Schools gave no keys: {Problem}", away.GetType().Name);
            return [];
        }
    }
}
