using System.Security.Cryptography;
using System.Text;
using CareerPlatform.Enrolment.Domain;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>W4: what we sign, any receiver that follows the Standard Webhooks specification verifies.</summary>
public sealed class WebhooksSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public void W4_the_published_test_vector_signs_and_verifies()
    {
        var body = """{"test": 2432232314}"""u8.ToArray();

        var signature = WebhookSignature.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, [Secret]);

        signature.ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        SpecificationVerifier.Verifies(Secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", signature, body).ShouldBeTrue();
    }

    [Fact]
    public void W4_ten_thousand_random_deliveries_verify_by_the_specification_and_no_changed_one_does()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 10_000; i++)
        {
            var body = new byte[random.Next(0, 4096)];
            random.NextBytes(body);
            var (id, timestamp) = (Guid.NewGuid().ToString(), random.NextInt64(0, 4_000_000_000));
            var secrets = Enumerable.Range(0, random.Next(1, 4)).Select(_ => WebhookSignature.NewSecret()).ToList();

            var signature = WebhookSignature.Sign(id, timestamp, body, secrets);

            var at = timestamp.ToString(System.Globalization.CultureInfo.InvariantCulture);
            secrets.ShouldAllBe(secret => SpecificationVerifier.Verifies(secret, id, at, signature, body), $"seed {seed}, delivery {i}");
            SpecificationVerifier.Verifies(WebhookSignature.NewSecret(), id, at, signature, body).ShouldBeFalse($"seed {seed}, delivery {i}");
            SpecificationVerifier.Verifies(secrets[0], Guid.NewGuid().ToString(), at, signature, body).ShouldBeFalse($"seed {seed}, delivery {i}");
            SpecificationVerifier.Verifies(secrets[0], id, at + "1", signature, body).ShouldBeFalse($"seed {seed}, delivery {i}");
            if (body.Length == 0) continue;
            body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
            SpecificationVerifier.Verifies(secrets[0], id, at, signature, body).ShouldBeFalse($"seed {seed}, delivery {i}");
        }
    }

    [Fact]
    public void W4_a_secret_is_32_random_bytes_in_base64_after_its_prefix()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => WebhookSignature.NewSecret()).ToList();

        secrets.Distinct().Count().ShouldBe(100);
        secrets.ShouldAllBe(secret => secret.StartsWith("whsec_", StringComparison.Ordinal) && Convert.FromBase64String(secret.Substring(6)).Length == 32);
    }
}

/// <summary>A receiver's side, written from the text of the Standard Webhooks specification and nothing of ours.</summary>
public static class SpecificationVerifier
{
    public static bool Verifies(string secret, string id, string timestamp, string signatures, byte[] body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Convert.FromBase64String(secret.Replace("whsec_", "")));
        hmac.AppendData(Encoding.ASCII.GetBytes(id));
        hmac.AppendData("."u8);
        hmac.AppendData(Encoding.ASCII.GetBytes(timestamp));
        hmac.AppendData("."u8);
        hmac.AppendData(body);
        var expected = hmac.GetHashAndReset();
        foreach (var signature in signatures.Split(' '))
        {
            var parts = signature.Split(',', 2);
            if (parts.Length == 2 && parts[0] == "v1" && CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(parts[1]), expected)) return true;
        }
        return false;
    }
}
