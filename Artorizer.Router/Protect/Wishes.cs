using System.Security.Cryptography;
using System.Text.Json;
using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Router.Protect;

/// <summary>
/// What was asked for beside the image, as one value: with the same image and the same wishes, a submission is the same again.
/// How soon and on which way it is done is no wish, nor is what the file is called or which token opens the callback's door.
/// </summary>
internal static class Wishes
{
    /// <summary>Lower-case hexadecimal SHA-256.</summary>
    public static string Sha256(ProtectionTask task)
    {
        var plain = task with
        {
            Original = task.Original with { Key = "", FileName = "", DeclaredFormat = null },
            CallbackAuthToken = null,
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(plain, ApiJsonContext.Default.ProtectionTask)));
    }

    /// <summary>Of a job that was stored with its wishes, or before they were.</summary>
    public static string Sha256(Job job) =>
        job.WishesSha256 ?? Sha256(JsonSerializer.Deserialize(job.Data.Bytes.Span, ApiJsonContext.Default.ProtectionTask)!);
}
