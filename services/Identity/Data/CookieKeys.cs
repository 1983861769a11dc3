using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace CareerPlatform.Identity.Data;

/// <summary>The framework's data protection keys, in the database so that every replica reads the same cookies, sealed so that a dump does not.</summary>
public sealed class CookieKeys(NpgsqlDataSource source, KeySeal seal) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = source.CreateCommand("select name, sealed from data_protection_key");
        using var reader = command.ExecuteReader();
        var keys = new List<XElement>();
        while (reader.Read())
        {
            var name = reader.GetString(0);
            keys.Add(XElement.Parse(Encoding.UTF8.GetString(seal.Open(name, reader.GetFieldValue<byte[]>(1)))));
        }
        return keys;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = source.CreateCommand("insert into data_protection_key (name, sealed) values ($1, $2) on conflict (name) do update set sealed = excluded.sealed");
        command.Parameters.Add(new() { Value = friendlyName });
        command.Parameters.Add(new() { Value = seal.Seal(friendlyName, Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting))) });
        command.ExecuteNonQuery();
    }
}
