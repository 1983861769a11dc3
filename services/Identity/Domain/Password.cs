using System.Security.Cryptography;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace CareerPlatform.Identity.Domain;

/// <summary>A person's password: 12 to 128 characters, kept only as a slow salted hash (PBKDF2-HMAC-SHA512, 210,000 rounds as OWASP asks).</summary>
public static class Password
{
    // Without letters and digits that are mistaken for each other on paper.
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static readonly PasswordHasher<string> Hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 210_000 }));
    private static readonly Lazy<string> NobodysHash = new(() => Hash(New()));

    /// <summary>A random one (about 116 bits), handed over once.</summary>
    public static string New() => RandomNumberGenerator.GetString(Alphabet, 20);

    public static string Hash(string password) => Hasher.HashPassword("", password);

    /// <summary>Whether it is the password; an unknown person (null) takes as long as a known one.</summary>
    public static bool Matches(string? hash, string password) =>
        Hasher.VerifyHashedPassword("", hash ?? NobodysHash.Value, password) is not PasswordVerificationResult.Failed && hash is not null;

    /// <summary>Refuses what is too short, too long, or the name itself.</summary>
    public static void MustBeGood(string password, string username)
    {
        if (password.Length is >= 12 and <= 128 && !password.Contains(username, StringComparison.OrdinalIgnoreCase)) return;

        throw new RuleBroken("password_too_weak", "Mật khẩu cần từ 12 đến 128 ký tự và không chứa tên đăng nhập",
            "A password has 12 to 128 characters and does not contain the username.", 422);
    }
}
